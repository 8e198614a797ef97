package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks that trust whom they name, and show who they are. The sender itself trusts whom the JDK does. */
class ClientTlsIT {
    private final TestCertificates receivers = new TestCertificates();
    private final TestCertificates clients = new TestCertificates();
    private final SenderFixture sender = new SenderFixture(Samples.config());

    ClientTlsIT() throws Exception {}

    @AfterEach
    void stop() {
        sender.close();
    }

    private X509Bundle client(TestCertificates by) throws Exception {
        return TestCertificates.builder("CN=kurier").ecp256().buildIssuedBy(by.authority());
    }

    private static String ca(TestCertificates certificates) {
        return certificates.authority().getCertificatePEM();
    }

    private ClientTls showing(X509Bundle client) {
        return new ClientTls(ca(receivers), client.getCertificatePEM(), client.getPrivateKeyPEM());
    }

    @Test
    void aReceiverIsServedWithItsOwnAuthorityAndRefusedWithout() throws Exception {
        try (var receiver = ScriptedReceiver.start(receivers.shownByNetty())) {
            AttemptResult trusting = sender.send(webhook(receiver, new ClientTls(ca(receivers), null, null)));
            AttemptResult without = sender.send(webhook(receiver, ClientTls.NONE));
            AttemptResult other = sender.send(webhook(receiver, new ClientTls(ca(clients), null, null)));

            assertThat(trusting.status()).as("%s", trusting).isEqualTo(200);
            assertThat(without.error()).as("%s", without).isEqualTo("tls");
            assertThat(other.error()).as("%s", other).isEqualTo("tls");
            assertThat(receiver.requestCount()).isEqualTo(1);
        }
    }

    /** Whoever names an authority means it alone. */
    @Test
    void withAnAuthorityOfItsOwnNoOtherIsTrusted() throws Exception {
        try (var trusting = new SenderFixture(Samples.config(), receivers.trusting());
                var receiver = ScriptedReceiver.start(receivers.shownByNetty())) {
            assertThat(trusting.send(webhook(receiver, ClientTls.NONE)).status())
                    .isEqualTo(200);
            assertThat(trusting.send(webhook(receiver, new ClientTls(ca(clients), null, null)))
                            .error())
                    .isEqualTo("tls");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNameIsVerifiedWithAnAuthorityOfItsOwnToo(boolean pinned) throws Exception {
        X509Bundle elsewhere = TestCertificates.builder("CN=receiver")
                .addSanDnsName("elsewhere.example.com")
                .buildIssuedBy(receivers.authority());
        var tls = SslContextBuilder.forServer(elsewhere.toKeyManagerFactory()).build();
        try (var receiver = ScriptedReceiver.start(tls)) {
            String ca = pinned ? elsewhere.getCertificatePEM() : ca(receivers);

            AttemptResult result = sender.send(webhook(receiver, new ClientTls(ca, null, null)));

            assertThat(result.error()).as("%s", result).isEqualTo("tls");
            assertThat(receiver.requestCount()).isZero();
        }
    }

    @Test
    void aReceiversOwnCertificateCanBeTrusted() throws Exception {
        X509Bundle alone = receivers.good();
        var tls = SslContextBuilder.forServer(alone.toKeyManagerFactory()).build();
        try (var receiver = ScriptedReceiver.start(tls)) {
            AttemptResult result = sender.send(webhook(receiver, new ClientTls(alone.getCertificatePEM(), null, null)));

            assertThat(result.status()).as("%s", result).isEqualTo(200);
        }
    }

    static Stream<String> protocols() {
        return Stream.of("TLSv1.2", "TLSv1.3");
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aCertificateThatTheReceiverDemandsIsShown(String protocol) throws Exception {
        try (var receiver = demanding(protocol)) {
            AttemptResult shown = sender.send(webhook(receiver, showing(client(clients))));
            AttemptResult without = sender.send(webhook(receiver, new ClientTls(ca(receivers), null, null)));
            AttemptResult foreign = sender.send(webhook(receiver, showing(client(new TestCertificates()))));

            assertThat(shown.status()).as("%s", shown).isEqualTo(200);
            assertThat(without.error()).as("%s", without).isIn("tls", "reset");
            assertThat(foreign.error()).as("%s", foreign).isIn("tls", "reset");
            assertThat(receiver.requestCount()).isEqualTo(1);
            assertThat(sender.connectionsIdle()).isEqualTo(1);
        }
    }

    private ScriptedReceiver demanding(String protocol) throws Exception {
        return ScriptedReceiver.start(
                SslContextBuilder.forServer(receivers.good().toKeyManagerFactory())
                        .protocols(protocol)
                        .trustManager(clients.authority().getCertificate())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build());
    }

    /** Or one webhook would speak with the certificate of another, or past what it trusts. */
    @Test
    void connectionsAreSharedByEqualSettingsOnly() throws Exception {
        X509Bundle one = client(clients);
        X509Bundle two = client(clients);
        try (var receiver = demanding("TLSv1.3")) {
            assertThat(sender.send(webhook(receiver, showing(one))).status()).isEqualTo(200);
            assertThat(sender.send(webhook(receiver, showing(two))).status()).isEqualTo(200);
            assertThat(sender.send(webhook(receiver, showing(one))).status()).isEqualTo(200);
            AttemptResult without = sender.send(webhook(receiver, new ClientTls(ca(receivers), null, null)));

            assertThat(without.error()).as("%s", without).isIn("tls", "reset");
            assertThat(receiver.requests("/hook").stream().map(Received::connection))
                    .containsExactly(1L, 2L, 1L);
            assertThat(sender.connectionsIdle()).isEqualTo(2);
        }
    }

    @Test
    void aKeptConnectionIsNotForThoseWhoTrustOthers() throws Exception {
        try (var receiver = ScriptedReceiver.start(receivers.shownByNetty())) {
            assertThat(sender.send(webhook(receiver, new ClientTls(ca(receivers), null, null)))
                            .status())
                    .isEqualTo(200);
            assertThat(sender.connectionsIdle()).isEqualTo(1);

            assertThat(sender.send(webhook(receiver, ClientTls.NONE)).error()).isEqualTo("tls");
            assertThat(sender.send(webhook(receiver, new ClientTls(ca(clients), null, null)))
                            .error())
                    .isEqualTo("tls");
            assertThat(receiver.requestCount()).isEqualTo(1);
            Awaitility.await("nothing but the kept one").until(() -> receiver.openConnections() == 1);
        }
    }

    /** It was accepted by another version, or under another JDK. */
    @Test
    void aSettingThatCannotBeUsedIsATlsFailureThatRepeatsNothing() throws Exception {
        try (var receiver = ScriptedReceiver.start(receivers.shownByNetty())) {
            AttemptResult result = sender.send(webhook(receiver, new ClientTls(null, ca(receivers), "t0psecret")));

            assertThat(result)
                    .isEqualTo(AttemptResult.failed(
                            "tls", "this process cannot use the webhook's tls setting; set it again"));
            assertThat(receiver.requestCount()).isZero();
            Awaitility.await("the connection is dropped").until(() -> receiver.openConnections() == 0);
        }
    }

    @Test
    void contextsAreSharedAndBounded() throws Exception {
        TlsContexts contexts = new TlsContexts(SenderLoop.trustedByTheJdk(), 2);
        ClientTls one = new ClientTls(ca(receivers), null, null);
        ClientTls two = new ClientTls(ca(clients), null, null);
        ClientTls three = showing(client(clients));
        var first = contexts.of(one);
        var second = contexts.of(two);

        assertThat(contexts.of(new ClientTls(ca(receivers), null, null))).isSameAs(first);
        contexts.of(three);

        assertThat(contexts.size()).isEqualTo(2);
        assertThat(contexts.of(one)).as("used later than the other").isSameAs(first);
        assertThat(contexts.of(two)).as("forgotten, and made again").isNotSameAs(second);
        assertThat(contexts.size()).isEqualTo(2);
        assertThat(contexts.of(ClientTls.NONE)).isSameAs(contexts.of(new ClientTls(null, null, null)));
    }

    private static Webhook webhook(ScriptedReceiver receiver, ClientTls tls) {
        return Samples.withTls(Samples.webhook(1, receiver.url("/hook")), tls);
    }
}
