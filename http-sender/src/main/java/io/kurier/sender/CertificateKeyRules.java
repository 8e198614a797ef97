package io.kurier.sender;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.interfaces.RSAKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses keys in a receiver's certificates that are slow to verify with, since the event loop verifies: DSA, and RSA above
 * 8192 bits. A webhook's owner chooses whom to trust and could choose keys of any size. The JDK's own rules apply as well.
 * Any thread.
 */
final class CertificateKeyRules implements AlgorithmConstraints {
    private static final int MAX_RSA_BITS = 8192;

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
        return !algorithm.contains("DSA") || algorithm.contains("ECDSA") || algorithm.contains("EdDSA");
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
        boolean isTooLarge = key instanceof RSAKey rsa && rsa.getModulus().bitLength() > MAX_RSA_BITS;
        return !isTooLarge && !key.getAlgorithm().equals("DSA");
    }

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, Key key, @Nullable AlgorithmParameters parameters) {
        return permits(primitives, algorithm, parameters) && permits(primitives, key);
    }
}
