package io.kurier.benchmarks.receiver;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Standard Webhooks' symmetric signature: HMAC-SHA256 over `id.timestamp.body`, in base64, keyed with the decoded bytes
 * of a `whsec_` secret. Written again here, apart from the model's, so that the bench does not check Kurier with
 * Kurier's own code. Not thread-safe: one per event loop.
 */
public final class StandardSignature {
    /** Base64 characters of a SHA-256 HMAC. */
    static final int LENGTH = 44;

    private static final String PREFIX = "whsec_";

    private final Mac mac;

    public StandardSignature(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a secret begins with " + PREFIX + ", this one does not");
        }
        byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
    }

    /** Signs the first bytes of an array, which hold `id.timestamp.body`. */
    public byte[] sign(byte[] signed, int length) {
        mac.update(signed, 0, length);
        return Base64.getEncoder().encode(mac.doFinal());
    }

    public String sign(String id, String timestamp, byte[] body) {
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    }
}
