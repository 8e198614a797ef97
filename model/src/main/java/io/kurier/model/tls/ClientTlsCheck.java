package io.kurier.model.tls;

import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What may become a webhook's {@link ClientTls}. Each text is answered as it will be kept: the blocks alone, written one
 * way. Complaints say what was expected and repeat nothing that could be secret. Any thread.
 */
public final class ClientTlsCheck {
    public static final int MAX_AUTHORITIES = 20;
    public static final int MAX_CHAIN = 10;

    private ClientTlsCheck() {}

    /** @throws IllegalArgumentException saying what is wrong with them */
    public static String authorities(String text, Instant now) {
        List<X509Certificate> certificates = Pem.certificates(text, MAX_AUTHORITIES);
        endLater(certificates, now);
        certificates.forEach(certificate -> ClientKey.checkSigner(certificate.getPublicKey()));
        return Pem.kept(certificates);
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
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
     * @param chain that passed {@link #chain}
     * @throws IllegalArgumentException saying what is wrong with it
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
