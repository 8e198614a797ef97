package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.TestPartition;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.expressions.Condition;
import io.kurier.model.Ids;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventRouterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Webhook webhook = Samples.webhook(1, "https://one.example.com/");

    private static List<String> eventIds(List<Attempt> attempts) {
        return attempts.stream().map(Attempt::getEventId).toList();
    }

    private static List<Event> jobs(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event("job-" + i, i));
        }
        return events;
    }

    private static Event[] array(List<Event> events) {
        return events.toArray(Event[]::new);
    }

    @Test
    void anEventIsAttemptedAtOnceAtEveryMatchingWebhookAndAtNoOther() {
        WorkerHarness worker = new WorkerHarness();
        Webhook second = Samples.webhook(2, "https://two.example.com/");
        Webhook other = Samples.webhook(3, "https://three.example.com/", "order.*", Samples.NEVER_AGAIN, SECOND);
        List.of(webhook, second, other).forEach(worker::register);
        Event event = Samples.event("job", 7);

        worker.publish(event);

        assertThat(worker.sender.inFlight())
                .extracting(request -> request.deliveryId)
                .containsExactly(Ids.delivery(event.getId(), webhook.id()), Ids.delivery(event.getId(), second.id()));
        assertThat(worker.sender.inFlight()).allSatisfy(request -> {
            assertThat(request.attempt).isEqualTo(1);
            assertThat(request.body).contains("\"n\":7");
        });
        worker.sender.answerAll(200);
        worker.advanceMs(100);
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED, Outcome.DELIVERED);
        assertThat(worker.log.lanes()).isEmpty();
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void anEventThatNoWebhookWantsIsSettledWithoutAnyRecord() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook, event -> new Condition.Result.Value(false), null);

        worker.publish(Samples.event("job", 0));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.outcomes()).isEmpty();
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void eventsOfOneJobGoOneAfterAnotherWhileOtherJobsGoOn() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);

        worker.publish(Samples.event("a", 1), Samples.event("a", 2), Samples.event("b", 3), Samples.event("a", 4));

        assertThat(worker.sender.bodies())
                .satisfiesExactly(body -> assertThat(body).contains("\"n\":1"), body -> assertThat(body)
                        .contains("\"n\":3"));
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(2);
        worker.sender.inFlight().get(0).answer(500);
        assertThat(worker.sender.bodies()).hasSize(3);
        assertThat(worker.sender.bodies().get(2)).contains("\"n\":2");
    }

    @Test
    void anEventOfAPausedWebhookIsHeld() {
        WorkerHarness worker = new WorkerHarness();
        worker.pause(worker.register(webhook));

        worker.publish(Samples.event("job", 1));
        worker.advanceMs(100);

        assertThat(worker.log.held()).singleElement().satisfies(held -> {
            assertThat(held.getEntry().getReason()).isEqualTo("paused");
            assertThat(held.getEntry().getDelivery().getReason()).isEqualTo(Waiting.PARKED);
        });
        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void nothingIsHeldWhileTheTablesAreOutOfDate() {
        WorkerHarness worker = new WorkerHarness();
        Webhook paused = worker.pause(worker.register(webhook));
        worker.tablesUnconfirmedFor(Duration.ofSeconds(5));
        worker.turn();

        worker.publish(Samples.event("job", 1));
        worker.advanceMs(100);

        assertThat(worker.log.held()).isEmpty();
        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.waiting(WaitReason.STALE_TABLES)).isEqualTo(1);
        worker.tablesUnconfirmedFor(Duration.ZERO);
        worker.resume(paused);
        worker.advanceMs(10);
        assertThat(worker.sender.inFlight()).hasSize(1);
        assertThat(worker.log.held()).isEmpty();
    }

    @Test
    void pausingHoldsWaitingDeliveriesAndLeavesThoseInFlight() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        worker.publish(array(jobs(3)));

        worker.pause(webhook);
        worker.sender.only().answer(200);
        worker.advanceMs(100);

        assertThat(worker.log.held()).hasSize(2);
        assertThat(worker.log.outcomes()).containsExactlyInAnyOrder(Outcome.HELD, Outcome.HELD, Outcome.DELIVERED);
        assertThat(worker.committed(worker.events(0))).isEqualTo(3);
    }

    @Test
    void deletingAWebhookDiscardsItsWaitingDeliveries() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        List<Event> events = jobs(3);
        worker.publish(array(events));

        worker.delete(webhook);
        worker.sender.only().answer(200);
        worker.advanceMs(100);

        assertThat(eventIds(worker.log.attempts(Outcome.DISCARDED)))
                .containsExactly(events.get(1).getId(), events.get(2).getId());
        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.committed(worker.events(0))).isEqualTo(3);
    }

    @Test
    void anExpiredEventIsNeverAttempted() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.register(webhook);
        Event arrivesLate = Samples.event("late", 1);
        arrivesLate.setExpiresAtMs(worker.clock.millis());
        Event waitsTooLong = Samples.event("waits", 2);
        waitsTooLong.setExpiresAtMs(worker.clock.millis() + 200);
        Event inTime = Samples.event("in-time", 3);
        inTime.setExpiresAtMs(worker.clock.millis() + 201);

        worker.publish(Samples.event("first", 0), arrivesLate, waitsTooLong, inTime);
        worker.advanceMs(200);
        worker.sender.only().answer(200);
        worker.turn();

        assertThat(worker.sender.only().body).contains("\"n\":3");
        worker.sender.answerAll(200);
        worker.advanceMs(100);
        assertThat(eventIds(worker.log.attempts(Outcome.EXPIRED)))
                .containsExactlyInAnyOrder(arrivesLate.getId(), waitsTooLong.getId());
    }

    @Test
    void theFirstThrottledEventGoesOnAtOnceAndTheNewestAtTheEndOfTheInterval() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(Samples.throttled(
                1, "https://one.example.com/", new Throttle(Map.of("job.progress", Duration.ofSeconds(2)))));
        worker.sender.answerEachTurn(200);

        worker.publish(Samples.event("job", 0), Samples.event("job", 1), Samples.event("job", 2));
        worker.advanceMs(1_990);

        assertThat(worker.sender.bodies()).singleElement().asString().contains("\"n\":0");
        assertThat(worker.waiting(WaitReason.THROTTLE)).isEqualTo(1);
        worker.advanceMs(10);
        assertThat(worker.sender.bodies()).hasSize(2);
        assertThat(worker.sender.bodies().get(1)).contains("\"n\":2");
        worker.advanceMs(100);
        assertThat(worker.log.attempts(Outcome.SUPERSEDED)).hasSize(1);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.committed(worker.events(0))).isEqualTo(3);
    }

    @Test
    void eventsThatDoNotFitTheCommitMetadataHoldTheirPartitionBack() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_IN_FLIGHT", "10000");
        for (int i = 1; i <= 90; i++) {
            worker.register(Samples.webhook(i, "https://receiver" + i + ".example.com/"));
        }
        TestPartition full = worker.events(0);

        worker.publish(full, array(jobs(60)));

        int open = full.assignment().offsets.openCount();
        assertThat(open).isBetween(10, 59);
        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(60 - open);
        worker.publish(worker.events(1), Samples.event("elsewhere", 0));
        assertThat(worker.sender.inFlight().size()).as("other partitions go on").isEqualTo((open + 1) * 90);
        worker.sender.answerEachTurn(200);
        worker.advanceMs(300);
        assertThat(worker.sender.all()).hasSize(61 * 90);
        assertThat(worker.committed(full)).isEqualTo(60);
    }

    @Test
    void aThrottledEventThatWaitsGoesOnWhenItsWebhookChanges() {
        WorkerHarness worker = new WorkerHarness();
        Webhook throttled = worker.register(Samples.throttled(
                1, "https://one.example.com/", new Throttle(Map.of("job.progress", Duration.ofSeconds(10)))));
        worker.publish(Samples.event("job", 0), Samples.event("job", 1));
        worker.sender.only().answer(200);
        assertThat(worker.waiting(WaitReason.THROTTLE)).isEqualTo(1);

        worker.register(throttled.with().nextRevision().throttle(Throttle.NONE).build());

        assertThat(worker.sender.only().body).contains("\"n\":1");
        assertThat(worker.waiting().total()).isZero();
    }
}
