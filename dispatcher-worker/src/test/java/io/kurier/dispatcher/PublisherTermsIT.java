package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Terms that publishers set for their events: an event with a known id is a duplicate and is not delivered again, even after
 * its partition moved to another worker; an expired event is not attempted and is recorded as expired.
 */
@Execution(ExecutionMode.CONCURRENT)
class PublisherTermsIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    @BeforeEach
    void start() throws Exception {
        kurier.write(Samples.webhook(1, kurier.receiver.url("/hook")));
    }

    /** The same event that every API instance makes from the same request. */
    private static Event given(String tenant, String clientId, int payload) {
        Event event = Samples.event("job-" + clientId, payload);
        event.setTenant(tenant);
        event.setId(Ids.eventFor(tenant, clientId));
        event.setClientId(true);
        return event;
    }

    private static Event given(String clientId, int payload) {
        return given(Samples.TENANT, clientId, payload);
    }

    private static double repeated(WorkerFixture.Worker worker) {
        return worker.runtime()
                .metrics()
                .get("kurier.events.repeated")
                .counter()
                .count();
    }

    @Test
    void aDuplicateIsDroppedByTheSameWorkerAndByTheNextOwner() throws Exception {
        WorkerFixture.Worker first = kurier.start();
        kurier.publish(List.of(given("a", 1), given("b", 1), given("a", 2), given("other", "a", 1)));
        kurier.awaitSettled();
        assertThat(repeated(first)).isEqualTo(1);
        // events with ids from the API come between, so that the next owner has to read further back
        List<Event> plain = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            plain.add(Samples.event("job-" + i % 7, i));
        }
        kurier.publish(plain);
        kurier.awaitSettled();

        kurier.stop(first);
        WorkerFixture.Worker second = kurier.start();
        kurier.publish(List.of(given("b", 2), given("a", 3), given("c", 1)));
        kurier.awaitSettled();
        assertThat(repeated(second)).isEqualTo(2);

        kurier.stop(second);
        WorkerFixture.Worker third = kurier.start();
        kurier.publish(List.of(given("c", 2), given("a", 4), given("b", 3), given("d", 1)));
        kurier.awaitSettled();
        assertThat(repeated(third)).as("duplicates dropped after two takeovers").isEqualTo(3);

        assertThat(kurier.attempts(Outcome.DELIVERED)).hasSize(4 + 500);
        assertThat(kurier.receiver.requests("/hook").stream()
                        .filter(request -> request.text().contains("\"job-a\"")))
                .as("delivered data, expected that of the first event")
                .singleElement()
                .satisfies(request -> assertThat(request.text()).contains("{\"n\":1}"));
    }

    @Test
    void aDuplicateThatWaitedForAWorkerIsDroppedToo() throws Exception {
        kurier.publish(List.of(given("a", 1), given("a", 2), given("a", 3)));
        WorkerFixture.Worker worker = kurier.start();
        kurier.awaitSettled();

        assertThat(repeated(worker)).isEqualTo(2);
        assertThat(kurier.receiver.requestCount()).isEqualTo(1);
    }

    @Test
    void onlyIdsThatPublishersGaveAreRemembered() throws Exception {
        WorkerFixture.Worker worker = kurier.start();
        Event made = Samples.event("job-1", 1);
        kurier.publish(List.of(made, made));
        Event past = Samples.event("job-2", 1);
        past.setId("my own");
        kurier.publishDirectly(past);
        kurier.publishDirectly(past);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).isEqualTo(3);
        assertThat(repeated(worker)).isEqualTo(1);
        assertThat(kurier.committedEvents().values())
                .filteredOn(committed -> committed.metadata().contains("~"))
                .as("marks in the metadata, expected one for the partition with a publisher's id")
                .hasSize(1);
    }

    private static Event endingAt(long epochMs) {
        Event event = Samples.event("job-1", 1);
        event.setExpiresAtMs(epochMs);
        return event;
    }

    @Test
    void anExpiredEventIsNotAttemptedOnEitherPath() throws Exception {
        kurier.start();
        Event ended = endingAt(System.currentTimeMillis() - 1);
        kurier.publish(List.of(ended, endingAt(System.currentTimeMillis() + 3_600_000)));
        kurier.toLane(Samples.delivery(endingAt(1), Waiting.RETRY, 0));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).isEqualTo(1);
        assertThat(kurier.attempts(Outcome.DELIVERED)).hasSize(1);
        assertThat(kurier.attempts(Outcome.EXPIRED))
                .hasSize(2)
                .allMatch(attempt -> attempt.getAttempt() == 0 && attempt.getNextAtMs() == null)
                .anyMatch(attempt -> attempt.getEventId().equals(ended.getId()));
    }

    @Test
    void aRetryAfterTheExpiryIsNotAttempted() throws Exception {
        kurier.start();
        RetryPolicy often = new RetryPolicy(Collections.nCopies(30, Duration.ofMillis(500)), 0);
        kurier.write(Samples.webhook(1, kurier.receiver.url("/hook"), "*", often, Duration.ofSeconds(10)));
        kurier.receiver.respondAlways("/hook", Answer.status(503));
        long end = System.currentTimeMillis() + 2_500;
        kurier.publish(List.of(endingAt(end)));

        WorkerFixture.await("the expiry is recorded", () -> !kurier.attempts(Outcome.EXPIRED)
                .isEmpty());
        kurier.awaitSettled();

        List<Attempt> failed = kurier.attempts(Outcome.FAILED);
        assertThat(failed).isNotEmpty().allMatch(attempt -> attempt.getAtMs() < end);
        assertThat(kurier.attempts(Outcome.EXPIRED)).singleElement().satisfies(expired -> {
            assertThat(expired.getAttempt()).isEqualTo(failed.size());
            assertThat(expired.getAtMs()).isGreaterThanOrEqualTo(end);
        });
        assertThat(kurier.attempts(Outcome.DEAD)).isEmpty();
    }
}
