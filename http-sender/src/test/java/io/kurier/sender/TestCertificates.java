package io.kurier.sender;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** An authority that only the test knows, and what it signs. */
final class TestCertificates {
    private static final Instant NOW = Instant.now();

    private final X509Bundle authority;

    TestCertificates() throws Exception {
        authority = builder("CN=test authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    X509Bundle authority() {
        return authority;
    }

    static CertificateBuilder builder(String subject) {
        return new CertificateBuilder()
                .rsa2048()
                .subject(subject)
                .notBefore(NOW.minus(Duration.ofDays(2)))
                .notAfter(NOW.plus(Duration.ofDays(2)));
    }

    /** What a receiver at 127.0.0.1 should have. */
    X509Bundle good() throws Exception {
        return builder("CN=receiver").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    }

    SslContext shownByNetty() throws Exception {
        return SslContextBuilder.forServer(good().toKeyManagerFactory()).build();
    }

    /** A sender's side that trusts the authority and nobody else. */
    SslContext trusting() throws Exception {
        return SslContextBuilder.forClient()
                .trustManager(authority.getCertificate())
                .build();
    }

    static ServerSocketFactory sockets(X509Bundle shown) throws Exception {
        return context(shown.toKeyManagerFactory().getKeyManagers()).getServerSocketFactory();
    }

    static SSLContext context(KeyManager[] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, null, null);
        return context;
    }
}
