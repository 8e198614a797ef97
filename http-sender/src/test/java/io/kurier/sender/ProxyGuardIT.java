package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.DnsAnswer;
import io.kurier.testkit.DnsFixture;
import io.kurier.testkit.ScriptedReceiver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A forward proxy does not get round the guard of addresses, nor round TLS. Of loopback, 127.0.0.2 alone is listed as
 * allowed and so stands for the public internet, but everybody listens at 127.0.0.1, the proxy too, which is not judged.
 */
class ProxyGuardIT {
    private static final String NAME = "hooks.example.com";

    private final TestCertificates certificates = new TestCertificates();
    private final DnsFixture dns = DnsFixture.start();
    private final ConnectProxy proxy = new ConnectProxy();

    ProxyGuardIT() throws Exception {}

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        dns.close();
    }

    private SenderFixture sender(String allowed) throws Exception {
        SenderConfig config = Samples.config(
                "KURIER_PROXY_URL",
                "http://127.0.0.1:" + proxy.port(),
                "KURIER_ALLOW_PRIVATE_NETWORKS",
                "false",
                "KURIER_ALLOWED_NETWORKS",
                allowed);
        return new SenderFixture(
                config, new SingletonDnsServerAddressStreamProvider(dns.address()), certificates.trusting());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1",
                "https://127.0.0.1",
                "http://169.254.169.254",
                "https://[::1]",
                "https://[::ffff:127.0.0.1]",
                "https://10.0.0.1"
            })
    void anAddressInsideIsRefusedBeforeTheProxyIsAsked(String origin) throws Exception {
        try (var sender = sender("127.0.0.2/32")) {
            assertRefused(sender.send(webhook(origin + ":443/hook")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2 127.0.0.1", "127.0.0.2 ::1", "1.1.1.1 169.254.169.254", "fd00::1"})
    void aNameThatLeadsInsideIsRefusedBeforeTheProxyIsAsked(String addresses) throws Exception {
        dns.resolve(NAME, DnsAnswer.of(addresses.split(" ")));
        try (var sender = sender("127.0.0.2/32")) {
            assertRefused(sender.send(webhook("https://" + NAME + "/hook")));
        }
    }

    private void assertRefused(AttemptResult result) {
        assertThat(result.error()).as("%s", result).isEqualTo("address");
        assertThat(proxy.heads()).isEmpty();
    }

    /** It asks again, and might be told otherwise. */
    @Test
    void theProxyIsToldTheJudgedAddressAndNeverTheName() throws Exception {
        dns.resolve(NAME, DnsAnswer.of("127.0.0.1"));
        try (var receiver = ScriptedReceiver.start();
                var sender = sender("127.0.0.1/32")) {
            assertThat(sender.send(webhook("http://" + NAME + ":" + receiver.port() + "/hook"))
                            .status())
                    .isEqualTo(200);

            assertThat(proxy.heads()).hasSize(1);
            assertThat(proxy.heads().get(0))
                    .startsWith("CONNECT 127.0.0.1:" + receiver.port() + " HTTP/1.1\r\n")
                    .doesNotContain("example");
            assertThat(receiver.requests("/hook").get(0).header("host")).contains(NAME + ":" + receiver.port());
        }
    }

    @Test
    void behindTheTunnelTheReceiverMustBeWhoTheUrlNames() throws Exception {
        dns.resolve(NAME, DnsAnswer.of("127.0.0.1"));
        dns.resolve("other.example.com", DnsAnswer.of("127.0.0.1"));
        var shown = TestCertificates.builder("CN=receiver").addSanDnsName(NAME).buildIssuedBy(certificates.authority());
        var tls = SslContextBuilder.forServer(shown.toKeyManagerFactory()).build();
        try (var receiver = ScriptedReceiver.start(tls);
                var sender = sender("127.0.0.1/32")) {
            AttemptResult served = sender.send(webhook("https://" + NAME + ":" + receiver.port() + "/hook"));
            AttemptResult other = sender.send(webhook("https://other.example.com:" + receiver.port() + "/hook"));
            AttemptResult byAddress = sender.send(webhook("https://127.0.0.1:" + receiver.port() + "/hook"));

            assertThat(served.status()).as("%s", served).isEqualTo(200);
            assertThat(other.error()).as("%s", other).isEqualTo("tls");
            assertThat(byAddress.error()).as("%s", byAddress).isEqualTo("tls");
            assertThat(receiver.requestCount()).isEqualTo(1);
            assertThat(proxy.heads()).hasSize(3);
        }
    }

    private static Webhook webhook(String url) {
        return Samples.webhook(1, url, "*", Samples.NEVER_AGAIN, Duration.ofSeconds(10));
    }
}
