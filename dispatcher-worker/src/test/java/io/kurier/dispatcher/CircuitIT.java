package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A receiver that does not work is not asked, and nothing that waits for it is lost or spent. */
@Execution(ExecutionMode.CONCURRENT)
class CircuitIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static final String[] QUICK = {
        "KURIER_CIRCUIT_PAUSE", "500ms", "KURIER_CIRCUIT_LONGEST_PAUSE", "500ms", "KURIER_DRAIN_TIMEOUT", "0ms"
    };

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    /** By its lane, which probes; each failed attempt waits long, so that only what was put off comes back. */
    @Test
    void whatWaitsForABrokenReceiverSpendsNoAttemptAndArrivesWhenItWorksAgain() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        Webhook webhook = Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(4, null));
        kurier.write(webhook);
        kurier.start(QUICK);

        kurier.publish(events("first", 100));
        WorkerFixture.await("probes fail", () -> {
            kurier.releaseTiers();
            return circuits().size() >= 3;
        });
        CircuitRecord open = circuit(circuits().get(0));
        assertThat(open.getWhy()).isEqualTo(CircuitWhy.FAILURES);
        assertThat(open.getRevision()).isEqualTo(webhook.revision());
        assertThat(open.getReason()).contains("of the last 20 attempts failed");
        assertThat(open.getUntilMs() - open.getSinceMs()).isEqualTo(500);

        kurier.receiver.respondAlways("/hook", Answer.ok());
        WorkerFixture.await("it closes", () -> {
            kurier.releaseTiers();
            return circuits().stream().anyMatch(record -> record.value() == null);
        });
        WorkerFixture.await("all that was put off arrives", () -> {
            kurier.releaseTiers();
            return firstAttempts() == 100;
        });

        List<Attempt> attempts = kurier.attempts();
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DEAD))
                .as("20 to open it, at most 3 in flight besides, and one for each probe")
                .hasSizeLessThan(20 + 3 + circuits().size());
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.POSTPONED))
                .isNotEmpty()
                .allMatch(attempt -> attempt.getAttempt() == 0);
    }

    private long firstAttempts() throws Exception {
        return kurier.attempts().stream()
                .filter(attempt -> attempt.getAttempt() == 1)
                .map(Attempt::getDeliveryId)
                .distinct()
                .count();
    }

    @Test
    void aDirectWorkerLeavesABrokenReceiverToItsLane() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        kurier.write(Samples.webhook(1, kurier.receiver.url("/hook")));
        kurier.start(
                "KURIER_CIRCUIT_PAUSE",
                "30m",
                "KURIER_CIRCUIT_LONGEST_PAUSE",
                "30m",
                "KURIER_WEBHOOK_CONCURRENCY",
                "4");

        kurier.publish(events("first", 200));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount())
                .as("20 by each way, and what was in flight")
                .isLessThanOrEqualTo(2 * (20 + 3));
        assertThat(kurier.attempts(Outcome.PARKED)).isNotEmpty();
        assertThat(circuits()).hasSize(1);
        assertThat(kurier.retries("30s").size()
                        + kurier.retries("2m").size()
                        + kurier.retries("10m").size())
                .as("all but what was attempted waits")
                .isEqualTo(200 - kurier.receiver.requestCount());
    }

    /** Only while the circuit has been open for as long: a delivery that waited for other reasons gets its attempt. */
    @Test
    void whatWasPutOffTooLongIsADeadLetterWithoutAnAttempt() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        kurier.write(Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null)));
        kurier.start(
                "KURIER_CIRCUIT_PAUSE", "1h", "KURIER_CIRCUIT_LONGEST_PAUSE", "1h", "KURIER_CIRCUIT_PATIENCE", "5s");
        kurier.publish(events("first", 20));
        WorkerFixture.await("it opens", () -> circuits().size() == 1);
        long openSinceMs = circuit(circuits().get(0)).getSinceMs();
        Delivery early = putOff("early", openSinceMs - 3_600_000, System.currentTimeMillis());
        // what is due later than the smallest tier goes back to a tier
        WorkerFixture.await("the lane keeps it", () -> System.currentTimeMillis() > openSinceMs + 4_600);

        Delivery late = putOff("late", openSinceMs - 3_600_000, openSinceMs + 5_100);
        Delivery lately = putOff("lately", openSinceMs + 5_000, openSinceMs + 5_100);
        kurier.awaitSettled();

        assertThat(kurier.read(kurier.topics().deadLetters(), DeadLetter.class).stream()
                        .filter(letter -> letter.getEntry().getReason().equals("unreachable")))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.getDeliveryId()).isEqualTo(late.getId());
                    assertThat(letter.getEntry().getStatus()).isNull();
                });
        assertThat(kurier.retries("10m"))
                .filteredOn(found -> List.of(early.getId(), lately.getId()).contains(found.getId()))
                .extracting(Delivery::getPutOffSinceMs)
                .containsExactlyInAnyOrder(early.getPutOffSinceMs(), lately.getPutOffSinceMs());
    }

    private Delivery putOff(String job, long sinceMs, long dueAtMs) throws Exception {
        Delivery delivery = Samples.delivery(Samples.event(job, 1), Waiting.POSTPONED, dueAtMs);
        delivery.setPutOffSinceMs(sinceMs);
        kurier.toLane(delivery);
        return delivery;
    }

    @Test
    void aReceiverThatIsGoneIsReportedAndNotAskedAgain() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(410));
        Webhook webhook = Samples.webhook(
                1,
                kurier.receiver.url("/hook"),
                "*",
                new RetryPolicy(List.of(Duration.ofMinutes(5)), 0),
                Duration.ofSeconds(5));
        kurier.write(webhook);
        kurier.start("KURIER_WEBHOOK_CONCURRENCY", "1");

        kurier.publish(events("job", 30));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).as("one by each way").isLessThanOrEqualTo(2);
        assertThat(circuits()).isNotEmpty().allSatisfy(record -> {
            assertThat(circuit(record).getWhy()).isEqualTo(CircuitWhy.GONE);
            assertThat(circuit(record).getReason()).isEqualTo("the receiver answered 410");
        });
        assertThat(kurier.read(kurier.topics().deadLetters(), DeadLetter.class))
                .isNotEmpty()
                .allSatisfy(letter -> assertThat(letter.getEntry().getReason()).isEqualTo("gone"));
    }

    /** Its owner moved the receiver; the answer of the former one comes late. */
    @Test
    void anAttemptBegunBeforeAChangeSaysNothingAboutTheWebhook() throws Exception {
        kurier.receiver.respondAlways("/old", Answer.status(410).delay(Duration.ofSeconds(2)));
        Webhook webhook = Samples.webhook(1, kurier.receiver.url("/old"));
        kurier.write(webhook);
        WorkerFixture.Worker worker = kurier.start();
        kurier.publish(events("old", 5));
        kurier.receiver.awaitRequests("/old", 5, WorkerFixture.SOON);

        kurier.write(Samples.webhook(1, kurier.receiver.url("/new")).in(Webhook.State.ACTIVE));
        WorkerFixture.await("the worker knows", () -> worker.runtime()
                .webhooks()
                .get(webhook.id())
                .filter(now -> now.revision() == 2)
                .isPresent());
        kurier.awaitSettled();
        kurier.publish(events("new", 5));
        kurier.receiver.awaitRequests("/new", 5, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(circuits()).isEmpty();
        assertThat(kurier.attempts(Outcome.PARKED)).isEmpty();
    }

    @Test
    void whatComesBackForADeletedWebhookIsDiscardedThoughItsCircuitIsOpen() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        Webhook webhook = Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null));
        kurier.write(webhook);
        kurier.start("KURIER_CIRCUIT_PAUSE", "1h", "KURIER_CIRCUIT_LONGEST_PAUSE", "1h");
        kurier.publish(events("first", 20));
        WorkerFixture.await("it opens", () -> circuits().size() == 1);

        kurier.delete(webhook);
        kurier.toLane(Samples.delivery(Samples.event("late", 1), Waiting.POSTPONED, System.currentTimeMillis()));
        kurier.awaitSettled();

        assertThat(kurier.attempts(Outcome.DISCARDED)).hasSize(1);
        assertThat(kurier.receiver.requestCount()).isEqualTo(20);
    }

    @Test
    void deliveriesToAWebhookThatIsNotActiveAreHeld() throws Exception {
        Webhook webhook = Samples.webhook(1, kurier.receiver.url("/hook"));
        kurier.write(webhook.in(new Webhook.State(Webhook.Kind.DISABLED, "gone")));
        Webhook paced = Samples.paced(2, kurier.receiver.url("/hook"), new DeliveryLimits(1, null));
        kurier.write(paced.in(new Webhook.State(Webhook.Kind.PAUSED, "")));
        kurier.start();

        kurier.publish(events("job", 10));
        kurier.toLane(Samples.delivery(Samples.event("retry", 1), Waiting.RETRY, System.currentTimeMillis()));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).isZero();
        assertThat(kurier.attempts(Outcome.HELD)).hasSize(21);
        List<DeadLetter> held = kurier.read(kurier.topics().held(), DeadLetter.class);
        assertThat(held).hasSize(21);
        assertThat(held.stream().filter(entry -> entry.getWebhookId().equals(webhook.id())))
                .hasSize(11)
                .allMatch(entry -> entry.getEntry().getReason().equals("disabled"));
        assertThat(held.stream().filter(entry -> entry.getWebhookId().equals(paced.id())))
                .hasSize(10)
                .allMatch(entry -> entry.getEntry().getReason().equals("paused"));
    }

    /** What waits in memory when its webhook is paused is held too, and goes on from there. */
    @Test
    void pausingAWebhookHoldsWhatWaits() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.ok().delay(Duration.ofMillis(50)));
        Webhook webhook = Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null));
        kurier.write(webhook);
        kurier.start();
        kurier.publish(events("job", 100));
        kurier.receiver.awaitRequests("/hook", 3, WorkerFixture.SOON);

        kurier.write(webhook.in(new Webhook.State(Webhook.Kind.PAUSED, "")));
        kurier.awaitSettled();

        int delivered = kurier.attempts(Outcome.DELIVERED).size();
        assertThat(delivered).isLessThan(100);
        assertThat(kurier.read(kurier.topics().held())).hasSize(100 - delivered);
        assertThat(kurier.receiver.requestCount()).isEqualTo(delivered);
    }

    private List<ConsumerRecord<byte[], byte[]>> circuits() {
        return kurier.read(kurier.topics().circuits());
    }

    private CircuitRecord circuit(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return kurier.codec(CircuitRecord.class).decode(record.value());
    }

    private static List<Event> events(String job, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event(job + i, i));
        }
        return events;
    }
}
