package io.kurier.benchmarks.receiver;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The symmetric signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` in base64, keyed with the
 * decoded bytes of a `whsec_` secret. Implemented separately from the model's, so that the bench does not verify
 * Kurier with Kurier's own code. Not thread-safe: one instance per event loop.
 */
public final class StandardSignature {
    /** Base64 characters of a SHA-256 HMAC. */
    static final int LENGTH = 44;

    private static final String PREFIX = "whsec_";

    private final Mac mac;

    /**
     * @param secret {@code whsec_} and base64
     * @throws IllegalArgumentException if the secret has another form
     */
    public StandardSignature(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("the secret does not begin with " + PREFIX);
        }
        byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
    }

    /**
     * @param signed holds `id.timestamp.body`
     * @param length how many of its bytes are signed
     * @return the signature in base64
     */
    public byte[] sign(byte[] signed, int length) {
        mac.update(signed, 0, length);
        return Base64.getEncoder().encode(mac.doFinal());
    }

    /** @return the signature as in {@code webhook-signature}: {@code v1,} and base64 */
    public String sign(String id, String timestamp, byte[] body) {
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    }
}
