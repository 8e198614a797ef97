package io.kurier.benchmarks.receiver;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An authority that only this run knows, the certificate it gave the receivers, and the trust store by which children
 * trust it: a JVM's own way, since a product that needed a setting for it would be measured with that setting. Immutable.
 */
public final class RunCertificate {
    private static final String PASSWORD = "changeit";
    private static final Duration VALID = Duration.ofDays(2);

    private final SslContext receivers;
    private final Path trustStore;

    private RunCertificate(SslContext receivers, Path trustStore) {
        this.receivers = receivers;
        this.trustStore = trustStore;
    }

    /** @param hosts addresses of the receivers */
    public static RunCertificate make(Path folder, List<String> hosts) {
        try {
            X509Bundle authority = builder("CN=kurier bench authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            CertificateBuilder receiver = builder("CN=kurier bench receiver");
            hosts.forEach(receiver::addSanIpAddress);
            SslContext context = SslContextBuilder.forServer(
                            receiver.buildIssuedBy(authority).toKeyManagerFactory())
                    .build();
            return new RunCertificate(context, trustStore(folder.resolve("trust.p12"), authority));
        } catch (Exception e) {
            throw new IllegalStateException("no certificate could be made for this run: " + e, e);
        }
    }

    private static CertificateBuilder builder(String subject) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .rsa2048()
                .subject(subject)
                .notBefore(now.minus(VALID))
                .notAfter(now.plus(VALID));
    }

    private static Path trustStore(Path file, X509Bundle authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("bench", authority.getCertificate());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException("the trust store " + file + " cannot be written", e);
        }
        return file;
    }

    /** What receivers show. */
    public SslContext receivers() {
        return receivers;
    }

    /** A JVM with these flags trusts the receivers, and nobody else. */
    public List<String> trustingFlags() {
        return List.of("-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }
}
