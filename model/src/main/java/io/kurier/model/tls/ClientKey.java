package io.kurier.model.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;

/** The private key of a client certificate. No complaint repeats anything of it. Any thread. */
final class ClientKey {
    static final String LABEL = "PRIVATE KEY";

    private static final int MIN_RSA_BITS = 2048;
    /** Larger ones take the event loop that shakes hands too long. */
    private static final int MAX_RSA_BITS = 4096;

    private static final int MAX_SIGNER_RSA_BITS = 8192;

    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private ClientKey() {}

    /**
     * Checks that verification with this key is cheap. DSA and others have no size limit.
     *
     * @throws IllegalArgumentException if it is not; the message says which keys are expected
     */
    static void checkSigner(PublicKey key) {
        boolean isKnown = SIGNATURES.containsKey(key.getAlgorithm());
        if (!isKnown || (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() > MAX_SIGNER_RSA_BITS)) {
            throw new IllegalArgumentException("expected certificates of RSA keys of at most " + MAX_SIGNER_RSA_BITS
                    + " bits, or of EC or Ed25519 keys");
        }
    }

    /** @throws IllegalArgumentException when no client can use such a certificate */
    static void check(PublicKey certified) {
        if (!SIGNATURES.containsKey(certified.getAlgorithm())) {
            throw new IllegalArgumentException("expected a certificate of an RSA, EC or Ed25519 key");
        }
        if (certified instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                throw new IllegalArgumentException("expected an RSA key of " + MIN_RSA_BITS + " to " + MAX_RSA_BITS
                        + " bits in the certificate, found " + bits);
            }
        }
    }

    /** @throws IllegalArgumentException unless it is the one key that belongs to the certificate's */
    static PrivateKey parse(String text, PublicKey certified) {
        PrivateKey key = read(text, certified);
        if (!isSound(key, certified) || !signsFor(key, certified)) {
            throw new IllegalArgumentException("expected the private key of the certificate, found another key");
        }
        return key;
    }

    /** Skips the checks, because the key was checked when it was stored. */
    static PrivateKey read(String text, PublicKey certified) {
        List<Pem.Block> blocks = Pem.blocks(text, LABEL);
        Pem.Block block = blocks.get(0);
        if (blocks.size() > 1 || !block.is(LABEL)) {
            throw new IllegalArgumentException(
                    "expected one unencrypted PKCS#8 key, -----BEGIN PRIVATE KEY-----, found "
                            + (blocks.size() > 1 ? blocks.size() + " blocks" : block.kind())
                            + "; `openssl pkcs8 -topk8 -nocrypt` makes one");
        }
        try {
            return KeyFactory.getInstance(certified.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
        } catch (GeneralSecurityException e) {
            // without its cause, which may say what is in it
            throw new IllegalArgumentException(
                    "expected an unencrypted PKCS#8 key of the kind that the certificate has, "
                            + certified.getAlgorithm());
        }
    }

    /** Oversized key parameters would make one signature take hours. */
    private static boolean isSound(PrivateKey key, PublicKey certified) {
        if (certified instanceof RSAPublicKey rsa) {
            return key instanceof RSAPrivateCrtKey crt
                    && crt.getModulus().equals(rsa.getModulus())
                    && crt.getPrimeP().multiply(crt.getPrimeQ()).equals(crt.getModulus())
                    && isBelow(crt.getPrimeExponentP(), crt.getPrimeP())
                    && isBelow(crt.getPrimeExponentQ(), crt.getPrimeQ())
                    && isBelow(crt.getCrtCoefficient(), crt.getPrimeP());
        }
        return !(key instanceof ECPrivateKey ec)
                || isBelow(ec.getS(), ec.getParams().getOrder());
    }

    private static boolean isBelow(BigInteger number, BigInteger limit) {
        return number.signum() > 0 && number.compareTo(limit) < 0;
    }

    private static boolean signsFor(PrivateKey key, PublicKey certified) {
        byte[] text = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(SIGNATURES.get(certified.getAlgorithm()));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException | ArithmeticException | ProviderException e) {
            return false;
        }
    }
}
