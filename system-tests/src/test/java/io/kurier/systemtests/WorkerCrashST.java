package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Dispatcher;
import io.kurier.model.Ids;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Answer;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker dies, or loses the answer to its commit, at every step of a transaction, and another worker takes over.
 * Each run has topics of its own and mostly waits for sessions to end, so several runs go on at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class WorkerCrashST {
    private static final int EVENTS = 200;
    private static final int JOBS = 50;
    private static final Duration WAIT = Duration.ofMillis(600);
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int CONCURRENCY = 8;
    /**
     * Attempts of both webhooks on both paths that may start or end in the 10 ms between reading the metrics and the
     * crash.
     */
    private static final int UNOBSERVED = 4 * CONCURRENCY;

    @RegisterExtension
    static final CrashTestBroker BROKER = new CrashTestBroker();

    private static ScriptedReceiver receiver;

    @BeforeAll
    static void start() {
        receiver = ScriptedReceiver.start();
        receiver.answerWith(WorkerCrashST::answer);
    }

    @AfterAll
    static void stop() {
        receiver.close();
    }

    /**
     * At the failing webhook, every fourth event fails once, and one in ten fails each time and becomes a dead
     * letter.
     */
    private static Answer answer(Received request) {
        Matcher number = NUMBER.matcher(request.text());
        int n = number.find() ? Integer.parseInt(number.group(1)) : 0;
        boolean first = request.header("webhook-attempt").orElse("").equals("1");
        boolean fails = request.path().endsWith("/failing") && (n % 10 == 7 || (first && n % 4 == 1));
        return (fails ? Answer.status(500) : Answer.ok()).delay(Duration.ofMillis(15));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HELD_BEFORE_COMMIT")
    void noFaultDuringFailedFirstAttemptsLosesOrForksADelivery(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "retry.500ms", 2));
    }

    @ParameterizedTest
    @EnumSource(names = "COMMIT_TIMEOUT_COMMITTED")
    void aLostCommitOfDeadLettersLosesOrForksNoDelivery(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "dead-letters", 1));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMMIT_TIMEOUT_COMMITTED", "HELD_BEFORE_COMMIT"})
    void noFaultDuringTheLastRetryLosesOrForksADelivery(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "dead-letters", 1));
    }

    /** Attempts in flight at both workers may be received twice, but only one worker decides what follows. */
    @Test
    void aFrozenWorkerThatCommitsLateForksNoDelivery() throws Exception {
        try (TestInstallation installation = installation();
                var scheduler = installation.scheduler();
                ChildProcess frozen = installation.crashing(
                        PartProcess.DISPATCHER, new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "retry.500ms", 2));
                ChildProcess clean = installation.clean(PartProcess.DISPATCHER)) {
            String path = "/" + installation.settings.get("KURIER_TOPIC_PREFIX");
            DeliveryAudit audit = publish(installation, path);
            frozen.begin().awaitLine(CrashingClients.HELD);
            frozen.freeze();
            clean.begin();
            installation.awaitOneOwner(Dispatcher.EVENTS_GROUP);
            frozen.thawAndCommit();
            awaitEnd(audit, clean);
            audit.everyDeliveryEndedOnceByOneChain();
            onlyEventsThatAlwaysFailAreDead(audit.attempts());
        }
    }

    private static TestInstallation installation() throws InterruptedException {
        return BROKER.installation(Map.of("KURIER_WEBHOOK_CONCURRENCY", Integer.toString(CONCURRENCY)));
    }

    private static DeliveryAudit publish(TestInstallation installation, String path) {
        List<Webhook> webhooks = installation.registerWebhooks(
                List.of(receiver.url(path + "/good"), receiver.url(path + "/failing")), List.of(WAIT));
        List<Event> events = installation.events(EVENTS, JOBS);
        installation.publish(events);
        return new DeliveryAudit(installation, deliveryIds(events, webhooks));
    }

    private static void run(CrashPlan plan) throws Exception {
        try (TestInstallation installation = installation();
                var scheduler = installation.scheduler();
                ChildProcess faulty = installation.crashing(PartProcess.DISPATCHER, plan)) {
            String path = "/" + installation.settings.get("KURIER_TOPIC_PREFIX");
            DeliveryAudit audit = publish(installation, path);
            if (plan.point().kills()) {
                crashAndTakeOver(installation, faulty, audit, path);
            } else {
                faulty.begin().awaitLine(CrashingClients.LOST);
                awaitEnd(audit, faulty);
                audit.everyDeliveryEndedOnceByOneChain();
                audit.receivedOnceExcept(received(path), Set.of());
            }
            onlyEventsThatAlwaysFailAreDead(audit.attempts());
        }
    }

    private static void crashAndTakeOver(
            TestInstallation installation, ChildProcess faulty, DeliveryAudit audit, String path)
            throws InterruptedException {
        try (ChildProcess clean = installation.clean(PartProcess.DISPATCHER)) {
            faulty.begin();
            assertThat(faulty.awaitExit(ChildProcess.WAIT_LIMIT))
                    .as(faulty.output())
                    .isEqualTo(CrashingClients.EXIT_CODE);
            Set<String> open = audit.openAttempts(received(path));
            int unsettled = Integer.parseInt(faulty.awaitLine(CrashingClients.CRASH + " " + CrashingClients.UNSETTLED)
                    .split("=")[1]);
            assertThat(open)
                    .as("attempts that a crash may repeat, compared with the worker's metrics")
                    .hasSizeLessThanOrEqualTo(unsettled + UNOBSERVED);
            clean.begin();
            awaitEnd(audit, clean);
            audit.everyDeliveryEndedOnceByOneChain();
            audit.receivedOnceExcept(received(path), open);
        }
    }

    private static void awaitEnd(DeliveryAudit audit, ChildProcess child) {
        Awaitility.await("every delivery ended")
                .atMost(ChildProcess.WAIT_LIMIT)
                .failFast("the child ended", child::assertAlive)
                .pollInterval(Duration.ofMillis(500))
                .until(audit::isComplete);
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

    private static void onlyEventsThatAlwaysFailAreDead(List<Attempt> attempts) {
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DEAD))
                .hasSize(EVENTS / 10);
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DELIVERED))
                .hasSize(2 * EVENTS - EVENTS / 10);
    }
}
