package io.kurier.model.signing;

import java.util.Base64;
import java.util.Locale;

/**
 * A secret that signs as Standard Webhooks 1.0.0 says, over {@code id.timestamp.body}: symmetric ({@code whsec_}, {@code v1})
 * or asymmetric ({@code whsk_}, {@code v1a}). Safe for any thread.
 */
public abstract sealed class SigningSecret permits HmacSecret, Ed25519Secret {
    public static final int MIN_BYTES = 24;
    public static final int MAX_BYTES = 64;
    private static final String EXPECTED = "expected whsec_ and the base64 of " + MIN_BYTES + " to " + MAX_BYTES
            + " bytes, or whsk_ and that of a 32-byte seed and its public key";

    /** How signatures are made, and what stands before them. */
    public enum Scheme {
        /** HMAC-SHA256, keyed with the decoded bytes. */
        V1,
        /** Ed25519: receivers need the public key only. */
        V1A;

        /** As the API and the header call it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException naming what there is */
        public static Scheme parse(String text) {
            for (Scheme scheme : values()) {
                if (scheme.text().equals(text)) {
                    return scheme;
                }
            }
            throw new IllegalArgumentException("expected v1 (HMAC-SHA256) or v1a (Ed25519)");
        }
    }

    private final String text;

    SigningSecret(String text) {
        this.text = text;
    }

    /** A new symmetric one of 32 random bytes. */
    public static SigningSecret random() {
        return random(Scheme.V1);
    }

    public static SigningSecret random(Scheme scheme) {
        return scheme == Scheme.V1 ? HmacSecret.make() : Ed25519Secret.make();
    }

    /** @throws IllegalArgumentException that does not repeat the secret */
    public static SigningSecret parse(String text) {
        boolean isAsymmetric = text.startsWith(Ed25519Secret.PREFIX);
        if (!isAsymmetric && !text.startsWith(HmacSecret.PREFIX)) {
            throw new IllegalArgumentException(EXPECTED);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(text.indexOf('_') + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(EXPECTED + ", found no base64", e);
        }
        if (isAsymmetric) {
            return Ed25519Secret.of(text, key, EXPECTED);
        }
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(EXPECTED + ", found " + key.length);
        }
        return new HmacSecret(text, key);
    }

    public abstract Scheme scheme();

    /** One entry of {@code webhook-signature}: the scheme, a comma, and base64. */
    public abstract String sign(String id, long timestampSeconds, byte[] body);

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

    @Override
    public String toString() {
        return "SigningSecret[hidden]";
    }
}
