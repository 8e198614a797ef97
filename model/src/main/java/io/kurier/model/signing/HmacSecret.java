package io.kurier.model.signing;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256. The key's prepared state is kept between signatures, which halves their cost, behind a lock that is rarely
 * contended.
 */
final class HmacSecret extends SigningSecret {
    static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    HmacSecret(String text, byte[] key) {
        super(text);
        try {
            this.mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    static HmacSecret make() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new HmacSecret(PREFIX + Base64.getEncoder().encodeToString(key), key);
    }

    @Override
    public Scheme scheme() {
        return Scheme.V1;
    }

    @Override
    public String sign(String id, long timestampSeconds, byte[] body) {
        byte[] signed = (id + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8);
        byte[] digest;
        synchronized (mac) {
            mac.update(signed);
            digest = mac.doFinal(body);
        }
        return "v1," + Base64.getEncoder().encodeToString(digest);
    }
}
