package io.kurier.sender;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.interfaces.RSAKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a receiver's certificates may have: those that take no time worth mentioning, since the event loop verifies
 * with them. DSA and RSA can be of any size, and a webhook's owner chooses who is trusted. Besides, what the JDK refuses
 * stays refused. Any thread.
 */
final class QuickKeys implements AlgorithmConstraints {
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
