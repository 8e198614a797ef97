package io.kurier.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what must stay secret in topics: AES-256-GCM, bound to the place it belongs to, so that a ciphertext moved
 * elsewhere does not open. Layout: version 1, key id 0, 12 bytes nonce, ciphertext with tag. Safe for any thread.
 */
public final class SecretBox {
    public static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int HEADER_BYTES = 2;
    private static final int TAG_BYTES = 16;
    private static final byte VERSION = 1;
    private static final byte KEY_ID = 0;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private SecretBox(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /**
     * @param base64 of 32 bytes
     * @throws IllegalArgumentException that does not repeat the key
     */
    public static SecretBox withKey(String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.trim());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected base64 of 32 bytes, found no base64", e);
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("expected base64 of 32 bytes, found " + key.length + " bytes");
        }
        return new SecretBox(key);
    }

    /** Hashes with a key that is derived from this one, another for each purpose. */
    public KeyedHash keyedHash(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            return new KeyedHash(mac.doFinal(("kurier|" + purpose).getBytes(StandardCharsets.UTF_8)));
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
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] box = new byte[HEADER_BYTES + NONCE_BYTES + sealed.length];
            box[0] = VERSION;
            box[1] = KEY_ID;
            System.arraycopy(nonce, 0, box, HEADER_BYTES, NONCE_BYTES);
            System.arraycopy(sealed, 0, box, HEADER_BYTES + NONCE_BYTES, sealed.length);
            return box;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM", e);
        }
    }

    /** @throws GeneralSecurityException when the key, the place or the bytes are not those it was sealed with */
    public String open(byte[] box, String place) throws GeneralSecurityException {
        if (box.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || box[0] != VERSION || box[1] != KEY_ID) {
            throw new GeneralSecurityException("not sealed by a version or key this process knows");
        }
        byte[] nonce = Arrays.copyOfRange(box, HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
        int start = HEADER_BYTES + NONCE_BYTES;
        byte[] text = cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(box, start, box.length - start);
        return new String(text, StandardCharsets.UTF_8);
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
