package io.kurier.model.tls;

import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Checks the parts of a webhook's {@link ClientTls} and returns each in its stored form: only the PEM blocks, in one layout.
 * Messages never repeat anything that could be secret. Pure; any thread.
 */
public final class ClientTlsCheck {
    /** Most certificate authorities. */
    public static final int MAX_AUTHORITIES = 20;
    /** Most certificates of a chain. */
    public static final int MAX_CHAIN = 10;

    private ClientTlsCheck() {}

    /**
     * Checks certificate authorities.
     *
     * @param text certificates in PEM
     * @throws IllegalArgumentException when one cannot be read, has expired, or has a key that is slow to verify with
     */
    public static String authorities(String text, Instant now) {
        List<X509Certificate> certificates = Pem.certificates(text, MAX_AUTHORITIES);
        endLater(certificates, now);
        certificates.forEach(certificate -> ClientKey.checkSigner(certificate.getPublicKey()));
        return Pem.kept(certificates);
    }

    /**
     * Checks a client certificate and its chain.
     *
     * @param text certificates in PEM, each followed by its issuer's
     * @throws IllegalArgumentException when one cannot be read, has expired or did not sign its predecessor
     */
    public static String chain(String text, Instant now) {
        List<X509Certificate> certificates = Pem.certificates(text, MAX_CHAIN);
        endLater(certificates, now);
        certificates.forEach(certificate -> ClientKey.checkSigner(certificate.getPublicKey()));
        for (int i = 1; i < certificates.size(); i++) {
            if (!signed(certificates.get(i), certificates.get(i - 1))) {
                throw new IllegalArgumentException("expected each certificate to be followed by the one that signed it,"
                        + " number " + (i + 1) + " did not sign number " + i);
            }
        }
        ClientKey.check(certificates.get(0).getPublicKey());
        return Pem.kept(certificates);
    }

    /**
     * Checks a private key.
     *
     * @param text PKCS#8 in PEM, unencrypted
     * @param chain the certificate chain that passed {@link #chain}
     * @throws IllegalArgumentException when it is not the key of the chain's first certificate
     */
    public static String key(String text, String chain) {
        X509Certificate own = Pem.certificates(chain, MAX_CHAIN).get(0);
        return Pem.of(ClientKey.LABEL, ClientKey.parse(text, own.getPublicKey()).getEncoded());
    }

    private static void endLater(List<X509Certificate> certificates, Instant now) {
        for (int i = 0; i < certificates.size(); i++) {
            Instant end = certificates.get(i).getNotAfter().toInstant();
            if (end.isBefore(now)) {
                throw new IllegalArgumentException(
                        "expected certificates that have not expired, number " + (i + 1) + " did at " + end);
            }
        }
    }

    private static boolean signed(X509Certificate signer, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(signer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(signer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | ArithmeticException | ProviderException e) {
            return false;
        }
    }
}
