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

/** A receiver that fails gets no requests but probes, and waiting for it uses up no attempt of a delivery. */
@Execution(ExecutionMode.CONCURRENT)
class CircuitIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static final String[] QUICK = {
        "KURIER_CIRCUIT_PAUSE", "500ms", "KURIER_CIRCUIT_LONGEST_PAUSE", "500ms", "KURIER_DRAIN_TIMEOUT", "0ms"
    };

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    /** Only the lane attempts and probes; failed attempts wait long, so that only postponed deliveries come back. */
    @Test
    void postponedDeliveriesUseNoAttemptAndArriveWhenTheReceiverWorksAgain() throws Exception {
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
        WorkerFixture.await("the circuit closes", () -> {
            kurier.releaseTiers();
            return circuits().stream().anyMatch(record -> record.value() == null);
        });
        WorkerFixture.await("all postponed deliveries arrive", () -> {
            kurier.releaseTiers();
            return firstAttempts() == 100;
        });

        List<Attempt> attempts = kurier.attempts();
        assertThat(attempts.stream().filter(attempt -> attempt.getOutcome() == Outcome.DEAD))
                .as("20 that open the circuit, at most 3 more in flight, and one for each probe")
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
    void theDirectPathLeavesAFailingReceiverToItsLane() throws Exception {
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
                .as("20 on each path, and at most 3 more in flight")
                .isLessThanOrEqualTo(2 * (20 + 3));
        assertThat(kurier.attempts(Outcome.PARKED)).isNotEmpty();
        assertThat(circuits()).hasSize(1);
        assertThat(kurier.retries("30s").size()
                        + kurier.retries("2m").size()
                        + kurier.retries("10m").size())
                .as("deliveries in tiers, expected all that were not attempted")
                .isEqualTo(200 - kurier.receiver.requestCount());
    }

    /** A delivery that waited for other reasons, and not for so long an open circuit, still gets its attempt. */
    @Test
    void aDeliveryPostponedForTooLongIsADeadLetterWithoutAnAttempt() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        kurier.write(Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null)));
        kurier.start(
                "KURIER_CIRCUIT_PAUSE", "1h", "KURIER_CIRCUIT_LONGEST_PAUSE", "1h", "KURIER_CIRCUIT_PATIENCE", "5s");
        kurier.publish(events("first", 20));
        WorkerFixture.await("the circuit opens", () -> circuits().size() == 1);
        long openSinceMs = circuit(circuits().get(0)).getSinceMs();
        Delivery early = postponed("early", openSinceMs - 3_600_000, System.currentTimeMillis());
        // a delivery that is due later than the smallest tier goes back to a tier
        WorkerFixture.await(
                "the due time is near enough for the lane", () -> System.currentTimeMillis() > openSinceMs + 4_600);

        Delivery late = postponed("late", openSinceMs - 3_600_000, openSinceMs + 5_100);
        Delivery lately = postponed("lately", openSinceMs + 5_000, openSinceMs + 5_100);
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

    private Delivery postponed(String job, long sinceMs, long dueAtMs) throws Exception {
        Delivery delivery = Samples.delivery(Samples.event(job, 1), Waiting.POSTPONED, dueAtMs);
        delivery.setPutOffSinceMs(sinceMs);
        kurier.toLane(delivery);
        return delivery;
    }

    @Test
    void aReceiverThatIsGoneIsReportedAndGetsNoFurtherRequests() throws Exception {
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

        assertThat(kurier.receiver.requestCount()).as("one on each path").isLessThanOrEqualTo(2);
        assertThat(circuits()).isNotEmpty().allSatisfy(record -> {
            assertThat(circuit(record).getWhy()).isEqualTo(CircuitWhy.GONE);
            assertThat(circuit(record).getReason()).isEqualTo("the receiver answered 410");
        });
        assertThat(kurier.read(kurier.topics().deadLetters(), DeadLetter.class))
                .isNotEmpty()
                .allSatisfy(letter -> assertThat(letter.getEntry().getReason()).isEqualTo("gone"));
    }

    /** The owner changes the URL while attempts at the old one are in flight; its 410 comes late. */
    @Test
    void anAttemptStartedBeforeAChangeDoesNotOpenTheCircuit() throws Exception {
        kurier.receiver.respondAlways("/old", Answer.status(410).delay(Duration.ofSeconds(2)));
        Webhook webhook = Samples.webhook(1, kurier.receiver.url("/old"));
        kurier.write(webhook);
        WorkerFixture.Worker worker = kurier.start();
        kurier.publish(events("old", 5));
        kurier.receiver.awaitRequests("/old", 5, WorkerFixture.SOON);

        kurier.write(Samples.webhook(1, kurier.receiver.url("/new")).in(Webhook.State.ACTIVE));
        WorkerFixture.await("the worker knows the change", () -> worker.runtime()
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
    void aPostponedDeliveryOfADeletedWebhookIsDiscardedThoughItsCircuitIsOpen() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        Webhook webhook = Samples.paced(1, kurier.receiver.url("/hook"), new DeliveryLimits(1, null));
        kurier.write(webhook);
        kurier.start("KURIER_CIRCUIT_PAUSE", "1h", "KURIER_CIRCUIT_LONGEST_PAUSE", "1h");
        kurier.publish(events("first", 20));
        WorkerFixture.await("the circuit opens", () -> circuits().size() == 1);

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

    /** Deliveries that wait in memory when their webhook is paused are held too. */
    @Test
    void pausingAWebhookHoldsItsWaitingDeliveries() throws Exception {
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
