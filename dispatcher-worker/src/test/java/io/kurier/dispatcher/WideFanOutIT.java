package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.routing.WideFanOut;
import io.kurier.model.event.EventPattern;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Wide events that are parked in more than one range, and the order of other events of their jobs. */
class WideFanOutIT {
    private static final String MARK = "mark-";
    /** Events of this size fill a range with about sixty deliveries. */
    private static final String LONG = "x".repeat(64 * 1024);

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    /** Every webhook gets the wide events; only the last one gets the others. */
    private void writeWebhooks() throws Exception {
        int all = WideFanOut.MORE_THAN + 1;
        for (int number = 1; number < all; number++) {
            kurier.write(Samples.webhook(number, kurier.receiver.url("/others"))
                    .with()
                    .events(List.of(new EventPattern("job.progress")))
                    .build());
        }
        kurier.write(Samples.webhook(all, kurier.receiver.url("/last")));
    }

    private static Event wide(int mark) {
        return Samples.event("job.progress", "job-1", "\"" + MARK + mark + LONG + "\"");
    }

    private static Event narrow(int mark) {
        return Samples.event("job.completed", "job-1", "\"" + MARK + mark + "\"");
    }

    private List<Integer> marksOfTheLast() {
        return kurier.receiver.requests("/last").stream()
                .map(Received::text)
                .map(text -> text.charAt(text.indexOf(MARK) + MARK.length()) - '0')
                .toList();
    }

    @Test
    void laterEventsOfTheJobStayBehindAllRanges() throws Exception {
        writeWebhooks();
        kurier.start();

        kurier.publish(List.of(wide(1), narrow(2), wide(3), narrow(4)));
        kurier.receiver.awaitRequests("/last", 4, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(marksOfTheLast()).containsExactly(1, 2, 3, 4);
        assertThat(kurier.receiver.requestCount("/others")).isEqualTo(2 * WideFanOut.MORE_THAN);
    }

    @Test
    void aWideEventStaysBehindWaitingEventsOfItsJob() throws Exception {
        writeWebhooks();
        kurier.receiver.respond("/last", Answer.ok().delay(Duration.ofSeconds(2)));
        kurier.start();
        kurier.publish(List.of(narrow(1), narrow(2)));
        kurier.receiver.awaitRequests("/last", 1, WorkerFixture.SOON);

        kurier.publish(List.of(wide(3)));
        kurier.receiver.awaitRequests("/last", 3, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(marksOfTheLast()).containsExactly(1, 2, 3);
    }

    /** The next owner evaluates the conditions again, and they may leave few webhooks. */
    @Test
    void anEventThatAFormerOwnerHalfParkedIsParkedCompletelyThoughItIsNarrowNow() throws Exception {
        for (int number = 1; number <= 3; number++) {
            kurier.write(Samples.webhook(number, kurier.receiver.url("/hook-" + number)));
        }
        kurier.publish(List.of(narrow(1)));
        var published = kurier.read(kurier.topics().events()).get(0);
        TopicPartition partition = new TopicPartition(published.topic(), published.partition());
        OffsetMetadata.Builder left = new OffsetMetadata.Builder(0, 1);
        left.open(0, OffsetMetadata.Settled.upTo(1));
        KAFKA.broker()
                .admin()
                .alterConsumerGroupOffsets(
                        kurier.topics().named(Dispatcher.EVENTS_GROUP),
                        Map.of(
                                partition,
                                new OffsetAndMetadata(
                                        0, "k1:former:1:" + left.build().encode(0))))
                .all()
                .get();

        kurier.start();
        kurier.receiver.awaitRequests("/hook-3", 1, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.attempts(Outcome.PARKED))
                .extracting(Attempt::getWebhookId)
                .containsExactlyInAnyOrder(
                        Samples.webhook(2, "https://example.com").id(),
                        Samples.webhook(3, "https://example.com").id());
        assertThat(kurier.receiver.requestCount("/hook-1")).isZero();
        assertThat(kurier.receiver.requestCount("/hook-2")).isEqualTo(1);
    }
}
