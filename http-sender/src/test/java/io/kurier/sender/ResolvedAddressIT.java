package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.Answer;
import io.kurier.testkit.DnsAnswer;
import io.kurier.testkit.DnsFixture;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names whose DNS an attacker runs. Of loopback, 127.0.0.1 alone is listed as allowed and so stands for the public
 * internet; a canary listens beside it at the receiver's port.
 */
class ResolvedAddressIT {
    private static final String NAME = "hooks.example.com";
    private static final String OPEN = "127.0.0.1";
    private static final String INSIDE = "127.0.0.2";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final SenderConfig config =
            Samples.config("KURIER_ALLOW_PRIVATE_NETWORKS", "false", "KURIER_ALLOWED_NETWORKS", OPEN + "/32");
    private final DnsFixture dns = DnsFixture.start();
    private final ScriptedReceiver receiver = ScriptedReceiver.start();
    private final SenderFixture sender =
            new SenderFixture(config, new SingletonDnsServerAddressStreamProvider(dns.address()));
    private Canary canary;

    @BeforeEach
    void listen() throws IOException {
        canary = Canary.at(INSIDE, receiver.port());
    }

    @AfterEach
    void stop() throws IOException {
        sender.close();
        receiver.close();
        canary.close();
        dns.close();
    }

    @Test
    void theCanarySeesWhoeverConnects() throws Exception {
        try (Socket socket = new Socket(INSIDE, receiver.port())) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(canary.hits()).isEqualTo(1);
        }
    }

    @Test
    void aNameIsAskedForInBothFamiliesAndReached() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(OPEN));

        assertThat(send().status()).isEqualTo(200);
        assertThat(receiver.requests("/hook").get(0).header("host")).contains(NAME + ":" + receiver.port());
        assertThat(dns.asked(NAME, "A")).isEqualTo(1);
        assertThat(dns.asked(NAME, "AAAA")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.2",
                "127.0.0.1 127.0.0.2",
                "127.0.0.2 127.0.0.1",
                "1.1.1.1 127.0.0.2",
                "127.0.0.1 10.0.0.1",
                "127.0.0.1 169.254.169.254",
                "127.0.0.1 0.0.0.0",
                "127.0.0.1 ::1",
                "127.0.0.1 ::",
                "127.0.0.1 fd00:ec2::254",
                "127.0.0.1 fe80::1",
                "127.0.0.1 64:ff9b::7f00:2",
                "127.0.0.1 2002:7f00:2::",
                "127.0.0.1 2606:4700::5efe:7f00:2",
                "127.0.0.1 2606:4700::1111 ::1",
                "::1",
                "::127.0.0.2",
                "64:ff9b::7f00:2"
            })
    void oneAnswerInsideSpoilsAllOthers(String addresses) throws Exception {
        dns.resolve(NAME, DnsAnswer.of(addresses.split(" ")));

        endsUnconnected("address");
    }

    @Test
    void oneAmongAThousandIsNotOverlooked() throws Exception {
        dns.resolve(
                NAME,
                DnsAnswer.of(Stream.concat(IntStream.range(0, 999).mapToObj(i -> OPEN), Stream.of(INSIDE))
                        .toArray(String[]::new)));

        AttemptResult result = send();

        assertThat(result.error()).as("%s", result).isIn("address", "dns");
        nobodyIsReached();
    }

    @Test
    void aNameThatTurnsInsideAfterItsRegistrationIsRefusedThere() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(OPEN), DnsAnswer.of(INSIDE));
        receiver.respond("/hook", Answer.ok().closeAfterAnswer());
        assertThat(config.egress().refusal(WebhookUrl.parse(url()))).isEmpty();

        AttemptResult once = send();
        AttemptResult again = send();
        assertThat(once.status()).as("%s", once).isEqualTo(200);

        assertThat(again.error()).as("%s", again).isEqualTo("address");
        assertThat(again.excerpt()).contains("loopback").contains("KURIER_ALLOWED_NETWORKS");
        assertThat(dns.asked(NAME, "A")).isEqualTo(2);
        assertThat(receiver.requestCount()).isEqualTo(1);
        assertThat(canary.hits()).isZero();
    }

    @Test
    void everyAttemptAsksAgainAndIsJudgedAgain() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(INSIDE), DnsAnswer.of(OPEN, INSIDE), DnsAnswer.of(OPEN));

        assertThat(send().error()).isEqualTo("address");
        assertThat(send().error()).isEqualTo("address");
        assertThat(send().status()).isEqualTo(200);
        assertThat(dns.asked(NAME, "A")).isEqualTo(3);
        assertThat(canary.hits()).isZero();
    }

    @Test
    void aKeptConnectionStaysWhereItWasJudged() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(OPEN), DnsAnswer.of(INSIDE));

        assertThat(send().status()).isEqualTo(200);
        assertThat(send().status()).isEqualTo(200);

        assertThat(receiver.requests("/hook").stream().map(Received::connection))
                .containsExactly(1L, 1L);
        assertThat(canary.hits()).isZero();
    }

    @Test
    void anAnswerThatMayBeKeptIsJudgedEachTime() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(INSIDE).keptFor(60));

        assertThat(send().error()).isEqualTo("address");
        endsUnconnected("address");
    }

    @Test
    void anAliasIsJudgedByWhereItLeads() throws Exception {
        dns.resolve(NAME, DnsAnswer.of(INSIDE).alias("a.example.net", "b.example.net"));
        endsUnconnected("address");

        dns.resolve(NAME, DnsAnswer.of().alias("c.example.net"));
        dns.resolve("c.example.net", DnsAnswer.of(OPEN, INSIDE));
        endsUnconnected("address");

        dns.resolve(NAME, DnsAnswer.of(OPEN).alias("a.example.net", "b.example.net"));
        assertThat(send().status()).isEqualTo(200);
    }

    static Stream<DnsAnswer> noAddress() {
        return Stream.of(
                DnsAnswer.noSuchName(),
                DnsAnswer.failure(),
                DnsAnswer.empty(),
                DnsAnswer.silence(),
                DnsAnswer.of().alias(NAME),
                DnsAnswer.of().alias("a.example.com", NAME),
                DnsAnswer.of().alias("a.example.com", "b.example.com", "a.example.com"),
                DnsAnswer.of().alias("nowhere.example.com"));
    }

    @ParameterizedTest
    @MethodSource("noAddress")
    void aNameWithoutAnAddressEndsAsDnsWithinTheDeadline(DnsAnswer answer) throws Exception {
        dns.resolve(NAME, answer);
        long began = System.nanoTime();

        endsUnconnected("dns");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT.plusSeconds(2));
    }

    @Test
    void aLoopOverManyAnswersEndsAsDns() throws Exception {
        dns.resolve(NAME, DnsAnswer.of().alias("a.example.com"));
        dns.resolve("a.example.com", DnsAnswer.of().alias("b.example.com"));
        dns.resolve("b.example.com", DnsAnswer.of().alias(NAME));

        endsUnconnected("dns");

        assertThat(dns.questions()).hasSizeLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void noAnswerLeadsElsewhere(int status) throws Exception {
        dns.resolve(NAME, DnsAnswer.of(OPEN));
        String inside = "http://" + INSIDE + ":" + receiver.port() + "/";
        receiver.respond(
                "/hook",
                Answer.status(status)
                        .withHeader("location", inside)
                        .withHeader("refresh", "0; url=" + inside)
                        .withHeader("alt-svc", "h2=\"" + INSIDE + ":" + receiver.port() + "\"; ma=3600"));

        assertThat(send().status()).isEqualTo(status);
        assertThat(send().status()).isEqualTo(200);

        assertThat(receiver.requestCount()).isEqualTo(2);
        assertThat(receiver.requestCount("/hook")).isEqualTo(2);
        assertThat(canary.hits()).isZero();
    }

    private String url() {
        return "http://" + NAME + ":" + receiver.port() + "/hook";
    }

    private AttemptResult send() throws Exception {
        Webhook webhook = Samples.webhook(1, url(), "*", Samples.NEVER_AGAIN, TIMEOUT);
        return sender.send(webhook);
    }

    private void endsUnconnected(String error) throws Exception {
        AttemptResult result = send();

        assertThat(result.error()).as("%s", result).isEqualTo(error);
        assertThat(result.status()).isZero();
        nobodyIsReached();
    }

    private void nobodyIsReached() throws IOException {
        assertThat(receiver.acceptedConnections()).isZero();
        assertThat(canary.hits()).isZero();
    }
}
