package io.kurier.model.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes API keys, so that topics hold nothing that a reader of the topic could authenticate with: HMAC-SHA-256 with a
 * derived key. Layout of a hash: version 1, key id 0, 32 bytes. Any thread; each thread keeps its own MAC.
 */
public final class KeyedHash {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final byte KEY_ID = 0;
    private static final int HEAD = 2;

    private final List<ThreadLocal<Mac>> prepared;

    /** @param keys the first one makes hashes; hashes of any of them are recognised */
    KeyedHash(List<byte[]> keys) {
        this.prepared = keys.stream().map(KeyedHash::perThread).toList();
    }

    private static ThreadLocal<Mac> perThread(byte[] key) {
        SecretKeySpec spec = new SecretKeySpec(key, ALGORITHM);
        return ThreadLocal.withInitial(() -> prepare(spec));
    }

    /** A hash, compared in constant time. Immutable. */
    public static final class Value {
        private final byte[] bytes;

        /** @param bytes version, key id and hash, as {@link #bytes} returned them */
        public Value(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /** A copy of version, key id and hash. */
        public byte[] bytes() {
            return bytes.clone();
        }

        /** A copy of the hash alone, 32 bytes. */
        public byte[] digest() {
            return Arrays.copyOfRange(bytes, HEAD, bytes.length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value that && MessageDigest.isEqual(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Value[hidden]";
        }
    }

    /** Whether the text has this hash under any of the keys. Takes the same time for every value. */
    public boolean isOf(Value kept, String text) {
        boolean isOf = false;
        for (ThreadLocal<Mac> mac : prepared) {
            isOf |= kept.equals(of(mac.get(), text));
        }
        return isOf;
    }

    /** The hash of the text under the first key. */
    public Value of(String text) {
        return of(prepared.get(0).get(), text);
    }

    private static Value of(Mac mac, String text) {
        byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        byte[] value = new byte[HEAD + hash.length];
        value[0] = VERSION;
        value[1] = KEY_ID;
        System.arraycopy(hash, 0, value, HEAD, hash.length);
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
