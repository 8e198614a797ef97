package io.kurier.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes keys, so that topics hold nothing that opens a door: HMAC-SHA-256 with a key of its own, which whoever only reads
 * the topic lacks. Layout of a hash: version 1, key id 0, 32 bytes. Any thread; each keeps a prepared state.
 */
public final class KeyedHash {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final byte KEY_ID = 0;

    private final ThreadLocal<Mac> prepared;

    KeyedHash(byte[] key) {
        SecretKeySpec spec = new SecretKeySpec(key, ALGORITHM);
        this.prepared = ThreadLocal.withInitial(() -> prepare(spec));
    }

    /** A hash, compared in constant time. Immutable. */
    public static final class Value {
        private final byte[] bytes;

        public Value(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value that && MessageDigest.isEqual(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Value[hidden]";
        }
    }

    public Value of(String text) {
        byte[] hash = prepared.get().doFinal(text.getBytes(StandardCharsets.UTF_8));
        byte[] value = new byte[2 + hash.length];
        value[0] = VERSION;
        value[1] = KEY_ID;
        System.arraycopy(hash, 0, value, 2, hash.length);
        return new Value(value);
    }

    private static Mac prepare(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
