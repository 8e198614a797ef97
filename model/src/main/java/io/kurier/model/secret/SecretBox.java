package io.kurier.model.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secrets in topics: AES-256-GCM, with the place of the secret as associated data, so that a ciphertext copied to
 * another place does not decrypt. The first key encrypts, all keys decrypt. Layout: version 2, 4 bytes key name, 12 bytes
 * nonce, ciphertext with tag; version 1 has one byte 0 instead of the key name. Any thread.
 */
public final class SecretBox {
    /** Length of a key in bytes. */
    public static final int KEY_BYTES = 32;
    /** Most keys of a process. */
    public static final int MAX_KEYS = 10;

    private static final int NONCE_BYTES = 12;
    private static final int NAME_BYTES = 4;
    private static final int TAG_BYTES = 16;
    private static final byte VERSION = 2;
    private static final byte NAMELESS = 1;

    /** A key; its name is the first bytes of its SHA-256. */
    private static final class Key {
        final SecretKeySpec spec;
        final byte[] name;

        Key(SecretKeySpec spec, byte[] name) {
            this.spec = spec;
            this.name = name;
        }
    }

    private final List<Key> keys;
    private final SecureRandom random = new SecureRandom();

    private SecretBox(List<Key> keys) {
        this.keys = keys;
    }

    /**
     * Reads {@code KURIER_ENCRYPTION_KEY}.
     *
     * @param base64 base64 of 32 bytes, or several of these separated by commas
     * @throws IllegalArgumentException when a key is wrong; the message does not repeat it
     */
    public static SecretBox withKey(String base64) {
        String[] texts = base64.split(",", -1);
        if (texts.length > MAX_KEYS) {
            throw new IllegalArgumentException("expected at most " + MAX_KEYS + " keys, found " + texts.length);
        }
        return new SecretBox(Stream.of(texts).map(SecretBox::key).toList());
    }

    private static Key key(String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.trim());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected base64 of 32 bytes, found text that is not base64", e);
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("expected base64 of 32 bytes, found " + key.length + " bytes");
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return new Key(new SecretKeySpec(key, "AES"), Arrays.copyOf(digest, NAME_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A hash under keys that are derived from these keys and the purpose. */
    public KeyedHash keyedHash(String purpose) {
        return new KeyedHash(keys.stream().map(key -> derived(key, purpose)).toList());
    }

    private static byte[] derived(Key key, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.spec.getEncoded(), "HmacSHA256"));
            return mac.doFinal(("kurier|" + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** A new random key in base64. */
    public static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /**
     * Encrypts a text with the first key.
     *
     * @param place where the secret belongs, such as {@code tenant|webhook|field}; must be the same to decrypt
     */
    public byte[] seal(String text, String place) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Key first = keys.get(0);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, first, nonce, place).doFinal(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + NAME_BYTES + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(first.name)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM", e);
        }
    }

    /** Whether the first key encrypted it. */
    public boolean isByFirstKey(byte[] box) {
        return box.length > NAME_BYTES && box[0] == VERSION && isNamed(keys.get(0), box);
    }

    private static boolean isNamed(Key key, byte[] box) {
        return Arrays.equals(key.name, 0, NAME_BYTES, box, 1, 1 + NAME_BYTES);
    }

    /**
     * Decrypts what {@link #seal} made.
     *
     * @throws GeneralSecurityException when the key is unknown, or the place or the bytes are not those of the encryption
     */
    public String open(byte[] box, String place) throws GeneralSecurityException {
        boolean isNamed = box.length > 0 && box[0] == VERSION;
        int head = 1 + (isNamed ? NAME_BYTES : 1);
        boolean isKnown = isNamed || (box.length > 1 && box[0] == NAMELESS && box[1] == 0);
        if (!isKnown || box.length < head + NONCE_BYTES + TAG_BYTES) {
            throw new GeneralSecurityException("encrypted in a format that this version of Kurier does not know");
        }
        GeneralSecurityException last =
                new GeneralSecurityException("encrypted with a key that is not in KURIER_ENCRYPTION_KEY");
        for (Key key : keys) {
            if (!isNamed || isNamed(key, box)) {
                try {
                    return open(key, box, head, place);
                } catch (GeneralSecurityException e) {
                    last = e;
                }
            }
        }
        throw last;
    }

    private static String open(Key key, byte[] box, int head, String place) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOfRange(box, head, head + NONCE_BYTES);
        int start = head + NONCE_BYTES;
        byte[] text = cipher(Cipher.DECRYPT_MODE, key, nonce, place).doFinal(box, start, box.length - start);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.spec, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
