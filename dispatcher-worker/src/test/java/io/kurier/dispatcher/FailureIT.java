package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Deliveries when the receiver fails, the webhook is deleted, or the record cannot be read. */
@Execution(ExecutionMode.CONCURRENT)
class FailureIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    @BeforeEach
    void start() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503).withBody("later"));
    }

    @Test
    void aFailureWaitsInTheLargestTierThatFits() throws Exception {
        Webhook webhook = webhook("*", new RetryPolicy(List.of(FIVE_MINUTES), 0));
        kurier.write(webhook);
        kurier.start();
        Event event = Samples.event("job-1", 1);

        kurier.publish(List.of(event));
        kurier.awaitSettled();

        Attempt attempt = kurier.attempts().get(0);
        assertThat(kurier.attempts()).hasSize(1);
        assertThat(attempt.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempt.getStatus()).isEqualTo(503);
        assertThat(attempt.getExcerpt()).isEqualTo("later");
        assertThat(kurier.read(kurier.topics().retry("2m")))
                .singleElement()
                .satisfies(record -> assertThat(new String(record.key(), UTF_8)).isEqualTo(webhook.id()));
        Delivery waiting = kurier.retries("2m").get(0);
        assertThat(waiting.getId()).isEqualTo(attempt.getDeliveryId());
        assertThat(waiting.getReason()).isEqualTo(Waiting.RETRY);
        assertThat(waiting.getAttempts()).isEqualTo(1);
        assertThat(waiting.getDueAtMs()).isEqualTo(attempt.getNextAtMs());
        long endedAtMs = attempt.getAtMs() + attempt.getDurationUs() / 1_000;
        assertThat(waiting.getDueAtMs() - endedAtMs).isBetween(FIVE_MINUTES.toMillis(), FIVE_MINUTES.toMillis() + 500);
        assertThat(kurier.retries("10m")).isEmpty();
        assertThat(kurier.read(kurier.topics().deadLetters())).isEmpty();
        assertThat(kurier.receiver.requestCount()).isEqualTo(1);
    }

    @Test
    void aRetryAfterLongerThanTheWaitIsObeyed() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(503).withHeader("Retry-After", "2400"));
        kurier.write(webhook("*", new RetryPolicy(List.of(FIVE_MINUTES), 0)));
        kurier.start();

        kurier.publish(List.of(Samples.event("job-1", 1)));
        kurier.awaitSettled();

        Attempt attempt = kurier.attempts().get(0);
        long endedAtMs = attempt.getAtMs() + attempt.getDurationUs() / 1_000;
        assertThat(kurier.retries("10m")).singleElement().satisfies(waiting -> assertThat(
                        waiting.getDueAtMs() - endedAtMs)
                .isBetween(2_400_000L, 2_400_500L));
    }

    @Test
    void aReceiverThatIsGoneGetsNoFurtherRequests() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.status(410));
        kurier.write(webhook("*", new RetryPolicy(List.of(FIVE_MINUTES), 0)));
        kurier.start();

        kurier.publish(List.of(Samples.event("job-1", 1)));
        kurier.awaitSettled();

        assertThat(kurier.read(kurier.topics().deadLetters(), DeadLetter.class))
                .singleElement()
                .satisfies(letter -> assertThat(letter.getEntry().getReason()).isEqualTo("gone"));
        assertThat(kurier.retries("2m")).isEmpty();
        assertThat(kurier.receiver.requestCount()).isEqualTo(1);
    }

    @Test
    void theLastFailureIsADeadLetter() throws Exception {
        Webhook webhook = webhook("*", Samples.NEVER_AGAIN);
        kurier.write(webhook);
        kurier.start();
        Event event = Samples.event("job-1", 1);

        kurier.publish(List.of(event));
        kurier.awaitSettled();

        assertThat(kurier.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.getOutcome()).isEqualTo(Outcome.DEAD);
            assertThat(attempt.getNextAtMs()).isNull();
        });
        List<DeadLetter> letters = kurier.read(kurier.topics().deadLetters(), DeadLetter.class);
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.getDeliveryId()).isEqualTo(Ids.delivery(event.getId(), webhook.id()));
            assertThat(letter.getTakenBy()).isNull();
            assertThat(letter.getEntry().getReason()).isEqualTo("exhausted");
            assertThat(letter.getEntry().getStatus()).isEqualTo(503);
            assertThat(letter.getEntry().getDelivery().getEvent()).isEqualTo(event);
        });
        for (String tier : List.of("1s", "5s", "30s", "2m")) {
            assertThat(kurier.retries(tier)).isEmpty();
        }
    }

    @Test
    void aRetryIsAttemptedWhenDueAndItsAttemptsAreCounted() throws Exception {
        Webhook webhook = webhook("*", new RetryPolicy(List.of(Duration.ofMillis(700)), 0));
        kurier.write(webhook);
        kurier.start();

        kurier.publish(List.of(Samples.event("job-1", 1)));
        var requests = kurier.receiver.awaitRequests("/hook", 2, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(requests.get(1).header("webhook-attempt")).contains("2");
        assertThat(requests.get(1).header("webhook-id"))
                .isEqualTo(requests.get(0).header("webhook-id"));
        List<Attempt> attempts = kurier.attempts();
        assertThat(attempts).extracting(Attempt::getOutcome).containsExactly(Outcome.FAILED, Outcome.DEAD);
        assertThat(requests.get(1).arrivedAtEpochMs())
                .as("never early")
                .isGreaterThanOrEqualTo(attempts.get(0).getNextAtMs());
    }

    @Test
    void aDeletedWebhookGetsNothingAndItsWaitingDeliveriesAreRecordedAsDiscarded() throws Exception {
        Webhook webhook = webhook("*", Samples.NEVER_AGAIN);
        kurier.write(webhook);
        kurier.start();
        Event waited = Samples.event("job-1", 1);
        String id = Ids.delivery(waited.getId(), webhook.id());
        Delivery delivery = new Delivery(
                id, waited, webhook.id(), 0, 1, 1, System.currentTimeMillis() + 900, Waiting.RETRY, 0L, false);

        kurier.toLane(delivery);
        kurier.delete(webhook);
        kurier.publish(List.of(Samples.event("job-1", 2)));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).isZero();
        assertThat(kurier.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.getOutcome()).isEqualTo(Outcome.DISCARDED);
            assertThat(attempt.getDeliveryId()).isEqualTo(id);
            assertThat(attempt.getAttempt()).isEqualTo(1);
        });
    }

    @Test
    void anUnreadableRecordIsQuarantinedByteForByteAndItsPartitionContinues() throws Exception {
        kurier.receiver.respondAlways("/hook", Answer.ok());
        kurier.write(webhook("*", Samples.NEVER_AGAIN));
        kurier.start();
        byte[] unknownSchema = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        Event noJson = Samples.event("job.done", "job-1", "{\"n\":");
        byte[][] bad = {
            "garbage".getBytes(UTF_8),
            null,
            unknownSchema,
            kurier.codec(Event.class).encode(noJson)
        };

        for (byte[] value : bad) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(kurier.topics().events(), 2, new byte[] {7, 0}, value);
            record.headers().add("traceparent", new byte[] {0, 1});
            kurier.send(record);
        }
        Event good = Samples.event("job-1", 5);
        kurier.send(new ProducerRecord<>(
                kurier.topics().events(),
                2,
                new byte[] {7},
                kurier.codec(Event.class).encode(good)));
        kurier.awaitSettled();

        List<ConsumerRecord<byte[], byte[]>> kept = kurier.read(kurier.topics().quarantine());
        assertThat(kept).hasSize(bad.length);
        for (int i = 0; i < bad.length; i++) {
            ConsumerRecord<byte[], byte[]> record = kept.get(i);
            assertThat(record.value()).isEqualTo(bad[i]);
            assertThat(record.key()).containsExactly(7, 0);
            assertThat(record.headers().lastHeader("traceparent").value()).containsExactly(0, 1);
            assertThat(header(record, "kurier-topic")).isEqualTo(kurier.topics().events());
            assertThat(header(record, "kurier-partition")).isEqualTo("2");
            assertThat(header(record, "kurier-offset")).isEqualTo(Integer.toString(i));
        }
        assertThat(kept)
                .extracting(record -> header(record, "kurier-why"))
                .satisfiesExactly(
                        why -> assertThat(why).contains("C3 01"),
                        why -> assertThat(why).contains("without a value"),
                        why -> assertThat(why).contains("fingerprint"),
                        why -> assertThat(why).contains("Invalid JSON"));
        assertThat(kurier.receiver.requests()).singleElement().satisfies(request -> assertThat(request.text())
                .contains("\"n\":5"));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private Webhook webhook(String pattern, RetryPolicy retry) {
        return Samples.webhook(1, kurier.receiver.url("/hook"), pattern, retry, Duration.ofSeconds(5));
    }
}
