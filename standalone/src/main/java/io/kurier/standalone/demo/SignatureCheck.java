package io.kurier.standalone.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures as any receiver does, implemented from the Standard Webhooks 1.0.0 text without Kurier's own
 * code. Any thread.
 */
final class SignatureCheck {
    private static final String PREFIX = "whsec_";
    private static final long TOLERANCE_MS = 300_000;

    private final SecretKeySpec key;

    /** @param secret as shown by the API: {@code whsec_} and base64 */
    SignatureCheck(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("the webhook's secret does not begin with " + PREFIX);
        }
        this.key = new SecretKeySpec(Base64.getDecoder().decode(secret.substring(PREFIX.length())), "HmacSHA256");
    }

    /**
     * @param id header {@code webhook-id}
     * @param timestamp header {@code webhook-timestamp}, epoch seconds
     * @param signatures header {@code webhook-signature}
     * @param nowMs current time, epoch milliseconds
     * @return whether one of the signatures is valid and the timestamp is at most 5 minutes off
     */
    boolean isGenuine(
            @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body, long nowMs) {
        if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        if (Math.abs(nowMs - Long.parseLong(timestamp) * 1_000) > TOLERANCE_MS) {
            return false;
        }
        byte[] expected =
                utf8("v1," + Base64.getEncoder().encodeToString(hmac(utf8(id + "." + timestamp + "."), body)));
        boolean found = false;
        for (String signature : signatures.split(" ")) {
            found |= MessageDigest.isEqual(expected, utf8(signature));
        }
        return found;
    }

    private byte[] hmac(byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(head);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
