package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a receiver is behind TLS, and what it does to the handshake. No request goes to one that is not who it should be. */
class HostileTlsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BRIEF = Duration.ofMillis(700);
    private static final RawReceiver.Script SERVE =
            wire -> wire.request().send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    /** A ServerHello of this version, up to its random, with the suite that everyone offers, and what follows it. */
    private static final String SERVER_HELLO = "16%s00%02x020000%02x%s" + "5a".repeat(32) + "00c02f00%s";

    private TestCertificates certificates;
    private SenderFixture sender;

    @BeforeEach
    void start() throws Exception {
        certificates = new TestCertificates();
        sender = new SenderFixture(Samples.config(), certificates.trusting());
    }

    @AfterEach
    void stop() {
        sender.close();
    }

    @Test
    void aReceiverThatIsWhoItShouldBeIsServedByAddressAndByName() throws Exception {
        X509Bundle shown = issued(builder().addSanIpAddress("127.0.0.1").addSanDnsName("localhost"));
        try (var receiver = new RawReceiver(TestCertificates.sockets(shown), SERVE)) {
            assertThat(send(receiver, "127.0.0.1").status()).isEqualTo(200);
            assertThat(send(receiver, "localhost").status()).isEqualTo(200);
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        refuses("localhost", issued(builder().addSanDnsName("example.com")));
    }

    @Test
    void aCertificateForASubdomainIsRefused() throws Exception {
        refuses("localhost", issued(builder().addSanDnsName("other.localhost")));
    }

    @Test
    void aCertificateForAnotherAddressIsRefused() throws Exception {
        refuses("127.0.0.1", issued(builder().addSanIpAddress("127.0.0.2")));
    }

    @Test
    void anAddressThatIsOnlyTheCommonNameIsRefused() throws Exception {
        refuses("127.0.0.1", issued(TestCertificates.builder("CN=127.0.0.1")));
    }

    @Test
    void anAddressThatIsOnlyADnsNameIsRefused() throws Exception {
        refuses("127.0.0.1", issued(builder().addSanDnsName("localhost")));
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        refuses("127.0.0.1", issued(local().notAfter(Instant.now().minus(Duration.ofDays(1)))));
    }

    @Test
    void aCertificateOfTomorrowIsRefused() throws Exception {
        refuses("127.0.0.1", issued(local().notBefore(Instant.now().plus(Duration.ofDays(1)))));
    }

    @Test
    void aSelfSignedCertificateIsRefused() throws Exception {
        refuses("127.0.0.1", local().setIsCertificateAuthority(true).buildSelfSigned());
    }

    @Test
    void anAuthorityNobodyTrustsIsRefused() throws Exception {
        refuses("127.0.0.1", new TestCertificates().good());
    }

    @Test
    void aCertificateSignedByOneThatIsNoAuthorityIsRefused() throws Exception {
        refuses("127.0.0.1", local().buildIssuedBy(chain(1, false)));
    }

    @Test
    void aChainOfAHundredIsRefused() throws Exception {
        refuses("127.0.0.1", local().buildIssuedBy(chain(100, true)));
    }

    @Test
    void aHugeCertificateIsRefused() throws Exception {
        refuses("127.0.0.1", issued(local().addExtensionOctetString("1.2.3.4", false, new byte[64 * 1024])));
    }

    private X509Bundle chain(int length, boolean authority) throws Exception {
        X509Bundle last = certificates.authority();
        CertificateBuilder builder = builder();
        for (int i = 0; i < length; i++) {
            builder = builder().ecp256().setIsCertificateAuthority(authority).subject("CN=link " + i);
            last = builder.buildIssuedBy(last);
        }
        return last;
    }

    @ParameterizedTest
    @CsvSource({"0302, 0301", "0302, 0302", "0303, 0300"})
    void anOldProtocolIsRefused(String record, String version) throws Exception {
        raw(BRIEF.multipliedBy(10), "tls", hello(record, version, ""));
    }

    @Test
    void aProtocolNobodyOfferedIsRefused() throws Exception {
        raw(BRIEF.multipliedBy(10), "tls", hello("0303", "0303", "0009" + "00100005" + "0003026832"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"485454502f312e3120323030204f4b0d0a0d0a", "00", "ffffffffffffffffffffff", "15030300020228"})
    void garbageInsteadOfAHandshakeIsATlsFailure(String hex) throws Exception {
        raw(hex.equals("00") ? BRIEF : TIMEOUT, hex.equals("00") ? "timeout" : "tls", hex);
    }

    @Test
    void aHandshakeThatStallsEndsAtTheTimeout() throws Exception {
        raw(BRIEF, "timeout", "");
        raw(BRIEF, "timeout", "160303");
    }

    private static String hello(String record, String version, String extensions) {
        int body = 2 + 32 + 1 + 2 + 1 + extensions.length() / 2;
        return String.format(SERVER_HELLO, record, body + 4, body, version, extensions);
    }

    /** What a receiver says on the bare socket. */
    private void raw(Duration timeout, String error, String hex) throws Exception {
        RawReceiver.Script script = wire -> {
            wire.socket().getOutputStream().write(HexFormat.of().parseHex(hex));
        };
        try (var receiver = RawReceiver.plain(script)) {
            refused(receiver, "127.0.0.1", timeout, error);
        }
    }

    /** The status was sealed; only the excerpt could have been cut. */
    @Test
    void anAnswerCountsThatTheReceiverEndsWithoutAFarewell() throws Exception {
        answersThenBreaksOff("HTTP/1.1 200 OK\r\n\r\nok", "200");
    }

    @Test
    void anAnswerCutShortWithoutAFarewellIsAReset() throws Exception {
        answersThenBreaksOff("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok", "reset");
    }

    private void answersThenBreaksOff(String answer, String outcome) throws Exception {
        try (var bare = new BareTls(certificates.good(), answer)) {
            AttemptResult result = sender.send(webhook("127.0.0.1", bare.port(), TIMEOUT));
            assertThat(Behaviour.outcome(result)).as("%s", result).isEqualTo(outcome);
            assertThat(sender.connectionsIdle()).isZero();
        }
    }

    @Test
    void aReceiverMayNegotiateAgainBeforeItAnswers() throws Exception {
        RawReceiver.Script script = wire -> {
            SSLSocket socket = (SSLSocket) wire.socket();
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            wire.request();
            socket.startHandshake();
            wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        };
        try (var receiver = new RawReceiver(TestCertificates.sockets(certificates.good()), script)) {
            assertThat(send(receiver, "127.0.0.1").status()).isEqualTo(200);
        }
    }

    @Test
    void garbageAfterTheHandshakeIsATlsFailure() throws Exception {
        try (var bare = new BareTls(certificates.good(), null)) {
            AttemptResult result = sender.send(webhook("127.0.0.1", bare.port(), TIMEOUT));
            assertThat(Behaviour.outcome(result)).as("%s", result).isEqualTo("tls");
        }
    }

    private static CertificateBuilder builder() {
        return TestCertificates.builder("CN=receiver");
    }

    private static CertificateBuilder local() {
        return builder().addSanIpAddress("127.0.0.1");
    }

    private X509Bundle issued(CertificateBuilder builder) throws Exception {
        return builder.buildIssuedBy(certificates.authority());
    }

    private AttemptResult send(RawReceiver receiver, String host) throws Exception {
        return sender.send(webhook(host, receiver.port(), TIMEOUT));
    }

    private static Webhook webhook(String host, int port, Duration timeout) {
        return Samples.webhook(1, "https://" + host + ":" + port + "/hook", "*", Samples.NEVER_AGAIN, timeout);
    }

    private void refuses(String host, X509Bundle shown) throws Exception {
        try (var receiver = new RawReceiver(TestCertificates.sockets(shown), SERVE)) {
            refused(receiver, host, TIMEOUT, "tls");
        }
    }

    private void refused(RawReceiver receiver, String host, Duration timeout, String error) throws Exception {
        AttemptResult result = sender.send(webhook(host, receiver.port(), timeout));

        assertThat(Behaviour.outcome(result)).as("%s", result).isEqualTo(error);
        Awaitility.await("the connection is dropped").until(() -> receiver.open() == 0);
        assertThat(receiver.accepted()).isEqualTo(1);
        assertThat(receiver.requests()).as("no request was sent").isZero();
        assertThat(sender.connectionsIdle()).isZero();
    }
}
