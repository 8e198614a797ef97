package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Dispatcher;
import io.kurier.model.Ids;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Answer;
import io.kurier.testkit.BrokerFixture;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker dies, or loses the answer to its commit, at every step of a transaction; another one takes over. Each run has
 * topics of its own, and waits for sessions to end most of the time, so several go at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class WorkerCrashST {
    private static final int EVENTS = 200;
    private static final int JOBS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration WAIT = Duration.ofMillis(600);
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int CONCURRENCY = 8;
    /** Both webhooks, both ways: what may begin or end in the 10 ms between a look at the metrics and the crash. */
    private static final int UNSEEN = 4 * CONCURRENCY;

    private static BrokerFixture broker;
    private static ScriptedReceiver receiver;

    @BeforeAll
    static void start() {
        broker = Scene.broker();
        receiver = ScriptedReceiver.start();
        receiver.answerWith(WorkerCrashST::answer);
    }

    @AfterAll
    static void stop() {
        receiver.close();
        broker.close();
    }

    /** At the failing webhook every fourth event fails once, and every tenth each time, so that it dies. */
    private static Answer answer(Received request) {
        Matcher number = NUMBER.matcher(request.text());
        int n = number.find() ? Integer.parseInt(number.group(1)) : 0;
        boolean first = request.header("webhook-attempt").orElse("").equals("1");
        boolean fails = request.path().endsWith("/failing") && (n % 10 == 7 || (first && n % 4 == 1));
        return (fails ? Answer.status(500) : Answer.ok()).delay(Duration.ofMillis(15));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HELD_BEFORE_COMMIT")
    void faultsWhileFirstAttemptsFailLoseAndForkNothing(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "retry.500ms", 2));
    }

    @ParameterizedTest
    @EnumSource(names = "COMMIT_TIMEOUT_COMMITTED")
    void faultsWhileRetriesGiveUpLoseAndForkNothing(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "dead-letters", 1));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMMIT_TIMEOUT_COMMITTED", "HELD_BEFORE_COMMIT"})
    void theOtherFaultsWhileRetriesGiveUpLoseAndForkNothing(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "dead-letters", 1));
    }

    /** What is in flight at both may be received twice; but only one of them decides what follows. */
    @Test
    void aFrozenWorkerThatCommitsLateForksNothing() throws Exception {
        try (Scene scene = scene();
                var scheduler = scene.scheduler();
                Child frozen = scene.crashing(
                        PartProcess.DISPATCHER, new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "retry.500ms", 2));
                Child clean = scene.clean(PartProcess.DISPATCHER)) {
            String path = "/" + scene.settings.get("KURIER_TOPIC_PREFIX");
            DeliveryAudit audit = publish(scene, path);
            frozen.go().awaitLine("HELD");
            frozen.freeze();
            clean.go();
            scene.awaitOneOwner(Dispatcher.EVENTS_GROUP);
            frozen.thaw();
            frozen.sendLine().awaitLine("COMMITTED LATE");
            awaitEnd(audit, clean);
            audit.everyDeliveryEndedOnceByOneChain();
            deadAreThoseThatAlwaysFail(audit.attempts());
        }
    }

    private static Scene scene() throws InterruptedException {
        return new Scene(broker, Map.of("KURIER_WEBHOOK_CONCURRENCY", Integer.toString(CONCURRENCY)));
    }

    private static DeliveryAudit publish(Scene scene, String path) {
        List<Webhook> webhooks = scene.registerWebhooks(
                List.of(receiver.url(path + "/good"), receiver.url(path + "/failing")), List.of(WAIT));
        List<Event> events = scene.events(EVENTS, JOBS);
        scene.publish(events);
        return new DeliveryAudit(scene, deliveryIds(events, webhooks));
    }

    private static void run(CrashPlan plan) throws Exception {
        try (Scene scene = scene();
                var scheduler = scene.scheduler();
                Child faulty = scene.crashing(PartProcess.DISPATCHER, plan)) {
            String path = "/" + scene.settings.get("KURIER_TOPIC_PREFIX");
            DeliveryAudit audit = publish(scene, path);
            if (plan.point().kills()) {
                crashAndTakeOver(scene, faulty, audit, path);
            } else {
                faulty.go().awaitLine("LOST");
                awaitEnd(audit, faulty);
                audit.everyDeliveryEndedOnceByOneChain();
                audit.receivedOnceBut(received(path), Set.of());
            }
            deadAreThoseThatAlwaysFail(audit.attempts());
        }
    }

    private static void crashAndTakeOver(Scene scene, Child faulty, DeliveryAudit audit, String path)
            throws InterruptedException {
        try (Child clean = scene.clean(PartProcess.DISPATCHER)) {
            faulty.go();
            assertThat(faulty.awaitExit(PATIENCE)).as(faulty.output()).isEqualTo(CrashingClients.EXIT_CODE);
            Set<String> open = audit.openAttempts(received(path));
            int unsettled =
                    Integer.parseInt(faulty.awaitLine("CRASH unsettled=").split("=")[1]);
            assertThat(open)
                    .as("attempts a crash may repeat, of which the worker's metrics knew")
                    .hasSizeLessThanOrEqualTo(unsettled + UNSEEN);
            clean.go();
            awaitEnd(audit, clean);
            audit.everyDeliveryEndedOnceByOneChain();
            audit.receivedOnceBut(received(path), open);
        }
    }

    private static void awaitEnd(DeliveryAudit audit, Child child) {
        Awaitility.await("every delivery ended")
                .atMost(PATIENCE)
                .failFast("the child ended", child::mustLive)
                .pollInterval(Duration.ofMillis(500))
                .until(audit::isOver);
    }

    private static List<Received> received(String path) {
        List<Received> both = new ArrayList<>(receiver.requests(path + "/good"));
        both.addAll(receiver.requests(path + "/failing"));
        return both;
    }

    private static List<String> deliveryIds(List<Event> events, List<Webhook> webhooks) {
        return webhooks.stream()
                .flatMap(webhook -> events.stream().map(event -> Ids.delivery(event.getId(), webhook.id())))
                .toList();
    }

    private static void deadAreThoseThatAlwaysFail(List<Attempt> attempts) {
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DEAD))
                .hasSize(EVENTS / 10);
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DELIVERED))
                .hasSize(2 * EVENTS - EVENTS / 10);
    }
}
