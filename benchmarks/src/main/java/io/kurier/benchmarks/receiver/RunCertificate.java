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
 * A certificate authority made for this run, the receivers' certificate, and the trust store through which child JVMs
 * trust it. The trust store is the JVM's own, so the product needs no setting that would be measured too. Immutable.
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

    /**
     * Makes the authority, the certificate and the trust store.
     *
     * @param folder where the trust store is written
     * @param hosts IP addresses of the receivers
     * @throws IllegalStateException if the certificate cannot be made
     */
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
            throw new IllegalStateException("cannot make a certificate for this run: " + e, e);
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
            throw new UncheckedIOException("cannot write the trust store " + file, e);
        }
        return file;
    }

    /** @return the TLS context of the receivers */
    public SslContext receivers() {
        return receivers;
    }

    /** @return flags with which a JVM trusts this run's receivers and no other server */
    public List<String> trustingFlags() {
        return List.of("-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }
}
