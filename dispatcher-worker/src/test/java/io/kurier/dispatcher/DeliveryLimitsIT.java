package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A webhook's rate and concurrency limits hold with any number of workers. */
@Execution(ExecutionMode.CONCURRENT)
class DeliveryLimitsIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    /** Compares the times at which workers started attempts, because requests may take differently long to arrive. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void noWindowHoldsMoreThanTheRateWithManyWorkers(int workers) throws Exception {
        kurier.write(Samples.paced(1, kurier.receiver.url("/fifty"), perSecond(50)));
        kurier.write(Samples.paced(2, kurier.receiver.url("/twenty"), perSecond(20)));
        for (int i = 0; i < workers; i++) {
            kurier.start();
        }

        kurier.publish(events(100));
        kurier.receiver.awaitRequests("/fifty", 100, WorkerFixture.SOON);
        kurier.receiver.awaitRequests("/twenty", 100, WorkerFixture.SOON);
        kurier.awaitSettled();

        List<Attempt> delivered = kurier.attempts(Outcome.DELIVERED);
        assertThat(delivered).hasSize(200);
        noWindowHoldsMore(delivered, "1", 50);
        noWindowHoldsMore(delivered, "2", 20);
        assertThat(kurier.attempts(Outcome.PARKED))
                .as("all attempts in the one lane that counts them")
                .hasSize(200);
    }

    @Tag("long")
    @Execution(ExecutionMode.SAME_THREAD)
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void attemptsOfAMinuteReachTheRateWithinTwoPercent(int workers) throws Exception {
        kurier.write(Samples.paced(1, kurier.receiver.url("/hundred"), perSecond(100)));
        for (int i = 0; i < workers; i++) {
            kurier.start("KURIER_LANE_WORK", "10m", "KURIER_LINE_LENGTH", "10000", "KURIER_MAX_OPEN_OFFSETS", "20000");
        }

        kurier.publish(events(7_500));
        kurier.receiver.awaitRequests("/hundred", 7_000, Duration.ofSeconds(120));

        List<Long> began = kurier.receiver.requests("/hundred").stream()
                .map(request -> request.arrivedAtEpochMs())
                .sorted()
                .toList();
        long fromMs = began.get(500);
        long inAMinute = began.stream()
                .filter(at -> at >= fromMs && at < fromMs + 60_000)
                .count();
        System.out.println(workers + " workers: " + inAMinute + " of 6000 in a minute");
        assertThat(inAMinute).isBetween(5_880L, 6_120L);
    }

    private static void noWindowHoldsMore(List<Attempt> attempts, String webhook, int limit) {
        List<Long> began = attempts.stream()
                .filter(attempt -> attempt.getWebhookId().endsWith(webhook))
                .map(Attempt::getAtMs)
                .sorted()
                .toList();
        for (int i = limit; i < began.size(); i++) {
            assertThat(began.get(i) - began.get(i - limit))
                    .as("attempt %s of webhook %s", i, webhook)
                    .isGreaterThanOrEqualTo(1_000);
        }
    }

    @Test
    void noMoreRequestsAreInFlightThanTheWebhookAllows() throws Exception {
        kurier.receiver.respondAlways("/three", Answer.ok().delay(Duration.ofMillis(20)));
        kurier.receiver.respondAlways("/many", Answer.ok().delay(Duration.ofMillis(20)));
        kurier.write(Samples.paced(1, kurier.receiver.url("/three"), new DeliveryLimits(3, null)));
        kurier.write(Samples.webhook(2, kurier.receiver.url("/many")));
        kurier.start();
        kurier.start();

        kurier.publish(events(200));
        kurier.receiver.awaitRequests("/three", 200, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.receiver.mostInFlight("/three")).isEqualTo(3);
        assertThat(kurier.receiver.mostInFlight("/many")).isGreaterThan(3);
        assertThat(kurier.receiver.requestCount()).isEqualTo(400);
    }

    @Test
    void webhooksAtOneHostShareItsConcurrencyLimit() throws Exception {
        kurier.receiver.respondAlways("/shared", Answer.ok().delay(Duration.ofMillis(5)));
        for (int i = 1; i <= 20; i++) {
            kurier.write(Samples.webhook(i, kurier.receiver.url("/shared")));
        }
        kurier.start("KURIER_HOST_CONCURRENCY", "4");

        kurier.publish(events(20));
        kurier.receiver.awaitRequests("/shared", 400, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.receiver.mostInFlight("/shared")).isEqualTo(4);
        assertThat(kurier.attempts(Outcome.DELIVERED)).hasSize(400);
    }

    /** Each postponed delivery comes back when the rate limit has a permit for it, so that it is moved once. */
    @Test
    void deliveriesThatALaneCannotHoldComeBackWhenTheRateAllowsThem() throws Exception {
        kurier.write(Samples.paced(1, kurier.receiver.url("/slow"), perSecond(5)));
        kurier.start("KURIER_LANE_WORK", "1s", "KURIER_DRAIN_TIMEOUT", "0ms");

        kurier.publish(events(60));
        WorkerFixture.await(
                "the rest is postponed",
                () -> kurier.attempts(Outcome.POSTPONED).size() >= 40);

        List<Delivery> waiting = new ArrayList<>(kurier.retries("1s"));
        waiting.addAll(kurier.retries("5s"));
        List<Long> due = waiting.stream().map(Delivery::getDueAtMs).sorted().toList();
        assertThat(waiting)
                .allMatch(delivery -> delivery.getAttempts() == 0 && delivery.getReason() == Waiting.POSTPONED);
        for (int i = 1; i < due.size(); i++) {
            assertThat(due.get(i) - due.get(i - 1)).isGreaterThanOrEqualTo(199);
        }
    }

    @Test
    void waitingDeliveriesMoveToTheLaneWhenALimitIsSet() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.ok().delay(Duration.ofMillis(100)));
        Webhook free = Samples.webhook(1, kurier.receiver.url("/hook"));
        kurier.write(free);
        kurier.start("KURIER_WEBHOOK_CONCURRENCY", "1", "KURIER_DIRECT_WAIT", "60s");
        kurier.publish(events(60));
        kurier.receiver.awaitRequests("/hook", 2, WorkerFixture.SOON);

        kurier.write(Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null))
                .in(Webhook.State.ACTIVE));
        kurier.receiver.awaitRequests("/hook", 60, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.attempts(Outcome.PARKED)).hasSizeGreaterThan(40);
        assertThat(kurier.receiver.requestCount()).isEqualTo(60);
    }

    @Test
    void aChangedRateTakesEffect() throws Exception {
        Webhook slow = Samples.paced(
                1, kurier.receiver.url("/hook"), new DeliveryLimits(0, new RateLimit(1, Duration.ofSeconds(10))));
        kurier.write(slow);
        kurier.start("KURIER_LANE_WORK", "10m");
        kurier.publish(events(50));
        WorkerFixture.await(
                "all are parked", () -> kurier.attempts(Outcome.PARKED).size() == 50);

        kurier.write(
                Samples.paced(1, kurier.receiver.url("/hook"), perSecond(1_000)).in(Webhook.State.ACTIVE));
        kurier.publish(List.of(Samples.event("after", 1)));

        WorkerFixture.await("the lane goes on", () -> kurier.receiver.requestCount("/hook") == 51);
    }

    private static DeliveryLimits perSecond(int limit) {
        return new DeliveryLimits(0, new RateLimit(limit, Duration.ofSeconds(1)));
    }

    private static List<Event> events(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event("job-" + i, i));
        }
        return events;
    }
}
