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
 * Encrypts what must stay secret in topics: AES-256-GCM, bound to the place it belongs to, so that a ciphertext moved
 * elsewhere does not open. Of several keys the first seals and all open. Layout: version 2, 4 bytes that name the key,
 * 12 bytes nonce, ciphertext with tag; version 1 had one byte 0 for the key's name. Safe for any thread.
 */
public final class SecretBox {
    public static final int KEY_BYTES = 32;
    public static final int MAX_KEYS = 10;
    private static final int NONCE_BYTES = 12;
    private static final int NAME_BYTES = 4;
    private static final int TAG_BYTES = 16;
    private static final byte VERSION = 2;
    private static final byte NAMELESS = 1;

    /** Named by the first bytes of its SHA-256. */
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
     * @param base64 of 32 bytes; or several of such, separated by commas
     * @throws IllegalArgumentException that does not repeat a key
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
            throw new IllegalArgumentException("expected base64 of 32 bytes, found no base64", e);
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

    /** Hashes with a key that is derived from the first, another for each purpose, and knows hashes by the others. */
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

    public static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** @param place such as tenant|webhook|field */
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

    /** Whether the key that seals now sealed it. */
    public boolean isByFirstKey(byte[] box) {
        return box.length > NAME_BYTES && box[0] == VERSION && isNamed(keys.get(0), box);
    }

    private static boolean isNamed(Key key, byte[] box) {
        return Arrays.equals(key.name, 0, NAME_BYTES, box, 1, 1 + NAME_BYTES);
    }

    /** @throws GeneralSecurityException when no key, or not the place or the bytes, are those it was sealed with */
    public String open(byte[] box, String place) throws GeneralSecurityException {
        boolean isNamed = box.length > 0 && box[0] == VERSION;
        int head = 1 + (isNamed ? NAME_BYTES : 1);
        boolean isKnown = isNamed || (box.length > 1 && box[0] == NAMELESS && box[1] == 0);
        if (!isKnown || box.length < head + NONCE_BYTES + TAG_BYTES) {
            throw new GeneralSecurityException("not sealed by a version this process knows");
        }
        GeneralSecurityException last = new GeneralSecurityException("not sealed by a key this process knows");
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
