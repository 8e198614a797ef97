package io.kurier.model.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's TLS settings. Webhooks with equal texts share one TLS context. Immutable.
 *
 * @param ca trusted certificate authorities in PEM, or the receiver's own certificate; null for those the JDK trusts
 * @param certificate the client certificate in PEM, followed by its chain; null for none
 * @param key the client certificate's private key, PKCS#8 in PEM; null without a certificate
 */
public record ClientTls(
        @Nullable String ca,
        @Nullable String certificate,
        @Nullable String key) {
    /** No settings: the JDK's authorities, and no client certificate. */
    public static final ClientTls NONE = new ClientTls(null, null, null);

    public ClientTls {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("expected a certificate and its key, or neither");
        }
    }

    /** The trusted authorities; empty for those the JDK trusts. */
    public List<X509Certificate> authorities() {
        return ca == null ? List.of() : Pem.certificates(ca, ClientTlsCheck.MAX_AUTHORITIES);
    }

    /** The client certificate and its chain; empty for none. */
    public List<X509Certificate> chain() {
        return certificate == null ? List.of() : Pem.certificates(certificate, ClientTlsCheck.MAX_CHAIN);
    }

    /**
     * The private key of the client certificate.
     *
     * @throws IllegalStateException when there is no client certificate
     */
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
