package io.kurier.dispatcher.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.TestPartition;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.expressions.Condition;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason to wait is produced, counted under its own name, and ended by what {@link WaitReason} says. */
class WaitingPlacesTest {
    private static final String URL = "https://one.example.com/";
    private static final Duration TURN = Duration.ofMillis(10);

    /**
     * A worker in which something waits.
     *
     * @param waiting deliveries that wait for the reason
     * @param almost passes the time for which they go on waiting
     * @param end ends the reason
     */
    private record Scenario(WorkerHarness worker, int waiting, Runnable almost, Runnable end) {
        static Scenario untilTime(WorkerHarness worker, int waiting, Duration length) {
            return new Scenario(worker, waiting, () -> worker.advance(length.minus(TURN)), () -> worker.advance(TURN));
        }

        static Scenario untilAnswer(WorkerHarness worker, int waiting) {
            return new Scenario(worker, waiting, () -> worker.advanceMs(200), () -> worker.sender
                    .inFlight()
                    .get(0)
                    .answer(200));
        }
    }

    private static Scenario scenario(WaitReason reason) {
        return switch (reason) {
            case BACKPRESSURE -> backpressure();
            case WIDE_FAN_OUT -> wideFanOut();
            case THROTTLE -> throttle();
            case DUE_TIME -> dueTime();
            case QUEUE -> queue();
            case RATE_LIMIT -> rateLimit();
            case CIRCUIT -> circuit();
            case HOST_CONCURRENCY -> hostConcurrency();
            case WORKER_CONCURRENCY -> workerConcurrency();
            case STALE_TABLES -> staleTables();
            case EXPRESSION_BUDGET -> expressionBudget();
        };
    }

    private static Scenario backpressure() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_LINE_LENGTH", "1");
        worker.register(Samples.webhook(1, URL));
        worker.publish(Samples.event("a", 0), Samples.event("b", 1), Samples.event("c", 2));
        return Scenario.untilAnswer(worker, 1);
    }

    private static Scenario wideFanOut() {
        WorkerHarness worker = new WorkerHarness();
        for (int i = 1; i <= 501; i++) {
            worker.register(Samples.webhook(i, URL, "job.*", Samples.NEVER_AGAIN, Duration.ofSeconds(1)));
        }
        worker.register(Samples.webhook(502, URL, "order.*", Samples.NEVER_AGAIN, Duration.ofSeconds(1)));
        worker.kafkaHangs();
        worker.publish(Samples.event("job.done", "a", "{}"), Samples.event("order.done", "a", "{}"));
        return new Scenario(worker, 1, () -> worker.advanceMs(500), () -> {
            worker.kafkaIsBack();
            worker.advanceMs(200);
        });
    }

    private static Scenario throttle() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.throttled(1, URL, new Throttle(Map.of("job.progress", Duration.ofSeconds(2)))));
        worker.publish(Samples.event("a", 0), Samples.event("a", 1));
        worker.sender.only().answer(200);
        return Scenario.untilTime(worker, 1, Duration.ofSeconds(2));
    }

    private static Scenario dueTime() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.webhook(1, URL));
        worker.toLane(Samples.delivery(Samples.event("a", 0), Waiting.RETRY, worker.clock.millis() + 500));
        return Scenario.untilTime(worker, 1, Duration.ofMillis(500));
    }

    private static Scenario queue() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.webhook(1, URL));
        worker.publish(Samples.event("a", 0), Samples.event("a", 1));
        return Scenario.untilAnswer(worker, 1);
    }

    private static Scenario rateLimit() {
        WorkerHarness worker = new WorkerHarness("KURIER_DRAIN_TIMEOUT", "0ms");
        worker.register(Samples.paced(1, URL, new DeliveryLimits(0, new RateLimit(1, Duration.ofSeconds(2)))));
        worker.toLane(parked("a"));
        return Scenario.untilTime(worker, 1, Duration.ofSeconds(2));
    }

    /** A circuit moves what waits elsewhere, so only a delivery that is the next owner's already waits behind it. */
    private static Scenario circuit() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        Webhook webhook = worker.register(Samples.webhook(1, URL));
        worker.toLane(parked("a"), parked("b"));
        TestPartition lane = worker.lanes(0);
        worker.lose(lane);
        worker.foundCircuit(new CircuitRecord(
                webhook.id(), 1L, CircuitWhy.FAILURES, "", worker.clock.millis(), worker.clock.millis() + 2_000));
        worker.takeOver(lane);
        worker.sender.only().answer(200);
        return Scenario.untilTime(worker, 1, Duration.ofSeconds(2));
    }

    private static Scenario hostConcurrency() {
        WorkerHarness worker = new WorkerHarness("KURIER_HOST_CONCURRENCY", "1");
        worker.register(Samples.webhook(1, URL));
        worker.register(Samples.webhook(2, URL + "other"));
        worker.publish(Samples.event("a", 0));
        return Scenario.untilAnswer(worker, 1);
    }

    private static Scenario workerConcurrency() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_IN_FLIGHT", "1");
        worker.register(Samples.webhook(1, URL));
        worker.register(Samples.webhook(2, "https://two.example.com/"));
        worker.publish(Samples.event("a", 0));
        return Scenario.untilAnswer(worker, 1);
    }

    private static Scenario staleTables() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.webhook(1, URL));
        worker.tablesUnconfirmedFor(Duration.ofSeconds(30));
        worker.turn();
        worker.publish(Samples.event("a", 0));
        return new Scenario(worker, 1, () -> worker.advanceMs(500), () -> worker.tablesUnconfirmedFor(Duration.ZERO));
    }

    private static Scenario expressionBudget() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(
                Samples.webhook(1, URL),
                event -> {
                    worker.clock.advance(Duration.ofMillis(100));
                    return new Condition.Result.Value(true);
                },
                null);
        Delivery first = parked("a");
        first.setUnjudged(true);
        Delivery second = parked("b");
        second.setUnjudged(true);
        worker.toLane(first, second);
        worker.sender.only().answer(200);
        return Scenario.untilTime(worker, 1, Duration.ofMillis(1_600));
    }

    private static Delivery parked(String job) {
        return Samples.delivery(Samples.event(job, 0), Waiting.PARKED, 0);
    }

    @ParameterizedTest
    @EnumSource(WaitReason.class)
    void eachReasonIsCountedUnderItsNameUntilItEndsAndNoLonger(WaitReason reason) {
        Scenario scenario = scenario(reason);
        WorkerHarness worker = scenario.worker();
        assertThat(worker.waiting(reason)).isEqualTo(scenario.waiting());

        scenario.almost().run();
        assertThat(worker.waiting(reason)).as("it goes on waiting").isEqualTo(scenario.waiting());
        int before = worker.sender.all().size() + worker.log.lanes().size();
        scenario.end().run();
        worker.turn();

        assertThat(worker.waiting(reason)).as("it is woken").isZero();
        if (reason != WaitReason.CIRCUIT) {
            assertThat(worker.sender.all().size() + worker.log.lanes().size()).isGreaterThan(before);
        }
        assertThat(worker.failures()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = WaitReason.class,
            names = {"BACKPRESSURE", "WIDE_FAN_OUT", "CIRCUIT"},
            mode = EnumSource.Mode.EXCLUDE)
    void aDeliveryThatWaitsIsCountedUnderOneReasonOnly(WaitReason reason) {
        Scenario scenario = scenario(reason);

        assertThat(scenario.worker().waiting().total()).isEqualTo(scenario.waiting());
    }

    /** Otherwise the metric would blame the tables, and free places would not go around in turn. */
    @Test
    void withTablesOfFiveSecondsAFirstAttemptWaitsForItsOwnReason() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_IN_FLIGHT", "1");
        worker.register(Samples.webhook(1, URL));
        worker.register(Samples.webhook(2, "https://two.example.com/"));
        worker.tablesUnconfirmedFor(Duration.ofSeconds(6));
        worker.turn();

        worker.publish(Samples.event("a", 0), Samples.event("a", 1));

        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(1);
        assertThat(worker.waiting(WaitReason.WORKER_CONCURRENCY)).isEqualTo(2);
        assertThat(worker.waiting(WaitReason.STALE_TABLES)).isZero();
    }

    @Test
    void deliveriesAreWokenWhateverReasonsFollowOneAnother() {
        WorkerHarness worker = new WorkerHarness(
                "KURIER_MAX_IN_FLIGHT", "2", "KURIER_HOST_CONCURRENCY", "1", "KURIER_WEBHOOK_CONCURRENCY", "2");
        worker.register(Samples.webhook(1, URL));
        worker.register(Samples.webhook(2, URL + "same-host"));
        worker.register(Samples.webhook(3, "https://two.example.com/"));
        worker.tablesUnconfirmedFor(Duration.ofSeconds(30));
        worker.turn();
        for (int i = 0; i < 8; i++) {
            worker.publish(new Event[] {Samples.event("job-" + i % 3, i)});
        }
        worker.advanceMs(50);
        worker.tablesUnconfirmedFor(Duration.ofSeconds(6));
        worker.turn();
        worker.tablesUnconfirmedFor(Duration.ZERO);

        worker.sender.answerEachTurn(200);
        worker.advanceMs(500);

        assertThat(worker.sender.all()).hasSize(24);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.committed(worker.events(0))).isEqualTo(8);
    }

    @Test
    void placesAreWokenInTheirOrderAndCountsAreAddedUp() {
        StringBuilder woken = new StringBuilder();
        WaitingPlaces places = new WaitingPlaces(List.of(place(woken, "a", 2), place(woken, "b", 3)));

        places.wake();

        assertThat(woken).hasToString("ab");
        WaitCounts counts = places.count();
        assertThat(counts.of(WaitReason.QUEUE)).isEqualTo(5);
        assertThat(counts.of(WaitReason.CIRCUIT)).isZero();
        assertThat(counts.total()).isEqualTo(5);
    }

    private static WaitingPlace place(StringBuilder woken, String name, int waiting) {
        return new WaitingPlace() {
            @Override
            public void countInto(WaitCounts counts) {
                counts.add(WaitReason.QUEUE, waiting);
            }

            @Override
            public void wake() {
                woken.append(name);
            }
        };
    }
}
