package io.kurier.model.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a webhook's receiver is known, and how Kurier shows itself to it. Equal when the texts are, so that webhooks with
 * the same settings can share what is made of them.
 *
 * @param ca certificates in PEM of which one must have signed the receiver's, or be it; null for those the JDK trusts
 * @param certificate shown to receivers that ask for one: a chain in PEM, its own first; null to show none
 * @param key the certificate's, PKCS#8 in PEM; null without a certificate
 */
public record ClientTls(
        @Nullable String ca,
        @Nullable String certificate,
        @Nullable String key) {
    public static final ClientTls NONE = new ClientTls(null, null, null);

    public ClientTls {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("expected a certificate and its key, or neither");
        }
    }

    /** Who is trusted; empty for whom the JDK trusts. */
    public List<X509Certificate> authorities() {
        return ca == null ? List.of() : Pem.certificates(ca, ClientTlsCheck.MAX_AUTHORITIES);
    }

    /** What is shown, its own certificate first; empty for nothing. */
    public List<X509Certificate> chain() {
        return certificate == null ? List.of() : Pem.certificates(certificate, ClientTlsCheck.MAX_CHAIN);
    }

    /** @throws IllegalStateException when nothing is shown */
    public PrivateKey privateKey() {
        if (key == null) {
            throw new IllegalStateException("there is no key without a certificate");
        }
        return ClientKey.read(key, chain().get(0).getPublicKey());
    }

    /** Without the key, and short. */
    @Override
    public String toString() {
        return "ClientTls[" + (ca == null ? "" : "ca") + (certificate == null ? "" : " certificate") + "]";
    }
}
