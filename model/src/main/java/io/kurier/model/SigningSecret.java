package io.kurier.model;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A webhook's signing secret. Signs as Standard Webhooks 1.0.0 says: HMAC-SHA256 over {@code id.timestamp.body}, keyed
 * with the bytes that {@code whsec_} + base64 decodes to. Safe for any thread: the key's prepared state is kept between
 * signatures, which halves their cost, behind a lock that is rarely contended.
 */
public final class SigningSecret {
    public static final int MIN_BYTES = 24;
    public static final int MAX_BYTES = 64;
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";

    private final String text;
    private final Mac mac;

    private SigningSecret(String text, byte[] key) {
        this.text = text;
        try {
            this.mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** A new one of 32 random bytes. */
    public static SigningSecret random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(key), key);
    }

    /** @throws IllegalArgumentException that does not repeat the secret */
    public static SigningSecret parse(String text) {
        String expected = "expected whsec_ and the base64 of " + MIN_BYTES + " to " + MAX_BYTES + " bytes";
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException(expected);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected + ", found no base64", e);
        }
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(expected + ", found " + key.length);
        }
        return new SigningSecret(text, key);
    }

    /** The secret itself: for the one answer that shows it, and for encryption. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningSecret that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The value of {@code webhook-signature}: {@code v1,} and base64. */
    public String sign(String id, long timestampSeconds, byte[] body) {
        byte[] signed = (id + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8);
        byte[] digest;
        synchronized (mac) {
            mac.update(signed);
            digest = mac.doFinal(body);
        }
        return "v1," + Base64.getEncoder().encodeToString(digest);
    }

    @Override
    public String toString() {
        return "SigningSecret[hidden]";
    }
}
