package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.testkit.Answer;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to be hostile, over plain sockets and TLS, all at once on one event loop, beside a receiver that behaves.
 * Each ends once, in time, as what it is; nothing is sent twice; no connection that misbehaved is used again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileReceiversIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final Duration SLACK = Duration.ofSeconds(15);
    private static final int HEALTHY_REQUESTS = 300;

    private final Map<String, Encounter> encounters = new LinkedHashMap<>();
    private final List<AttemptResult> healthy = new ArrayList<>();
    private SenderFixture sender;

    private record Encounter(RawReceiver receiver, long beganNanos, CompletableFuture<Ended> ended) {}

    private record Ended(AttemptResult result, Duration after) {}

    static Stream<Behaviour> behaviours() {
        return Stream.concat(HostileHeads.all(), HostileBodies.all());
    }

    @BeforeAll
    void meetThemAll() throws Exception {
        var certificates = new TestCertificates();
        var sockets = TestCertificates.sockets(certificates.good());
        sender = new SenderFixture(
                Samples.config("KURIER_IDLE_CONNECTION", "10m", "KURIER_TLS_TIMEOUT", "30s"), certificates.trusting());
        for (Behaviour behaviour : behaviours().toList()) {
            meet("http", behaviour, RawReceiver.plain(behaviour.script()));
        }
        serveTheHealthy(ScriptedReceiver.start());
        // ciphers that are not compiled yet would be the slowest of all
        serveTheHealthy(ScriptedReceiver.start(certificates.shownByNetty()));
        for (Behaviour behaviour : behaviours().toList()) {
            meet("https", behaviour, new RawReceiver(sockets, behaviour.script()));
        }
        serveTheHealthy(ScriptedReceiver.start(certificates.shownByNetty()));
        encounters.values().forEach(encounter -> encounter.receiver.over());
    }

    private void serveTheHealthy(ScriptedReceiver receiver) throws Exception {
        try (receiver) {
            receiver.respondAlways("/hook", Answer.ok().withBody("x".repeat(32 * 1024)));
            for (int i = 0; i < HEALTHY_REQUESTS || !allEnded(); i++) {
                healthy.add(sender.send(webhook(receiver.url("/hook"))));
            }
        }
    }

    private void meet(String scheme, Behaviour behaviour, RawReceiver receiver) {
        long began = System.nanoTime();
        CompletableFuture<Ended> ended = sender.begin(webhook(scheme + "://127.0.0.1:" + receiver.port() + "/hook"))
                .thenApply(result -> new Ended(result, Duration.ofNanos(System.nanoTime() - began)));
        encounters.put(scheme + " " + behaviour.name(), new Encounter(receiver, began, ended));
    }

    private boolean allEnded() {
        return encounters.values().stream().allMatch(encounter -> encounter.ended.isDone());
    }

    private static Webhook webhook(String url) {
        return Samples.webhook(1, url, "*", Samples.NEVER_AGAIN, TIMEOUT);
    }

    @AfterAll
    void part() throws Exception {
        sender.close();
        for (Encounter encounter : encounters.values()) {
            encounter.receiver.close();
        }
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void endsOnceAndInTimeAsWhatItIs(Behaviour behaviour) throws Exception {
        endsAsWhatItIs(behaviour, "http");
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void behindTlsItEndsTheSame(Behaviour behaviour) throws Exception {
        endsAsWhatItIs(behaviour, "https");
    }

    private void endsAsWhatItIs(Behaviour behaviour, String scheme) throws Exception {
        Encounter encounter = encounters.get(scheme + " " + behaviour.name());
        Ended ended = encounter.ended.get();

        assertThat(Behaviour.outcome(ended.result))
                .as("%s", ended.result)
                .isIn(behaviour.expected(scheme.equals("https")));
        assertThat(ended.after).isLessThan(TIMEOUT.plus(SLACK));
        int left = behaviour.kept() ? 1 : 0;
        Awaitility.await("connections left open")
                .pollDelay(Duration.ZERO)
                .atMost(SLACK.multipliedBy(2))
                .untilAsserted(() -> assertThat(encounter.receiver.open()).isEqualTo(left));
        assertThat(encounter.receiver.accepted()).as("connections").isEqualTo(1);
        assertThat(encounter.receiver.requests()).as("requests").isLessThanOrEqualTo(1);
        sender.failIfBroken();
    }

    @Test
    void receiversThatBehaveAreServedMeanwhile() {
        assertThat(healthy).hasSizeGreaterThanOrEqualTo(HEALTHY_REQUESTS).allMatch(result -> result.status() == 200);
    }

    @Test
    void noAnswerLeavesMoreThanItsExcerpt() {
        assertThat(encounters.values())
                .extracting(encounter -> encounter.ended.join().result.excerpt())
                .allSatisfy(excerpt ->
                        assertThat(excerpt == null ? 0 : excerpt.length()).isLessThanOrEqualTo(256));
    }
}
