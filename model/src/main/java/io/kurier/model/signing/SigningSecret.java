package io.kurier.model.signing;

import java.util.Base64;
import java.util.Locale;

/**
 * A secret that signs {@code id.timestamp.body} as Standard Webhooks 1.0.0 defines: symmetric ({@code whsec_}, {@code v1}) or
 * asymmetric ({@code whsk_}, {@code v1a}). Immutable; any thread.
 */
public abstract sealed class SigningSecret permits HmacSecret, Ed25519Secret {
    /** Shortest symmetric key in bytes. */
    public static final int MIN_BYTES = 24;
    /** Longest symmetric key in bytes. */
    public static final int MAX_BYTES = 64;

    private static final String EXPECTED = "expected whsec_ and the base64 of " + MIN_BYTES + " to " + MAX_BYTES
            + " bytes, or whsk_ and that of a 32-byte seed and its public key";

    /** The signature scheme, whose name precedes the signature. */
    public enum Scheme {
        /** HMAC-SHA256, keyed with the decoded bytes. */
        V1,
        /** Ed25519: receivers need the public key only. */
        V1A;

        /** The name in the API and in the header. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads a name.
         *
         * @throws IllegalArgumentException when it is unknown; the message lists the schemes
         */
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

    /** A new symmetric secret of 32 random bytes. */
    public static SigningSecret random() {
        return random(Scheme.V1);
    }

    /** A new random secret of the scheme. */
    public static SigningSecret random(Scheme scheme) {
        return scheme == Scheme.V1 ? HmacSecret.make() : Ed25519Secret.make();
    }

    /**
     * Reads a secret.
     *
     * @throws IllegalArgumentException when it is not one; the message does not repeat it
     */
    public static SigningSecret parse(String text) {
        boolean isAsymmetric = text.startsWith(Ed25519Secret.PREFIX);
        if (!isAsymmetric && !text.startsWith(HmacSecret.PREFIX)) {
            throw new IllegalArgumentException(EXPECTED);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(text.indexOf('_') + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(EXPECTED + ", found text that is not base64", e);
        }
        if (isAsymmetric) {
            return Ed25519Secret.of(text, key, EXPECTED);
        }
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(EXPECTED + ", found " + key.length + " bytes");
        }
        return new HmacSecret(text, key);
    }

    /** The scheme of its signatures. */
    public abstract Scheme scheme();

    /**
     * One entry of {@code webhook-signature}: the scheme, a comma, and the signature in base64.
     *
     * @param timestampSeconds epoch seconds, as in {@code webhook-timestamp}
     */
    public abstract String sign(String id, long timestampSeconds, byte[] body);

    /** The secret itself, for the one response that shows it, and for encryption. */
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
