package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WideFanOutTest {
    private static final int RANGE = 500;

    private static List<Webhook> register(WorkerHarness worker, int count) {
        List<Webhook> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(worker.register(webhook(i, "*")));
        }
        return all;
    }

    private static Webhook webhook(int number, String pattern) {
        String url = "https://receiver.example.com/" + number;
        return Samples.webhook(number, url, pattern, Samples.NEVER_AGAIN, Duration.ofSeconds(10));
    }

    private static List<String> webhooks(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::getWebhookId).toList();
    }

    private static List<String> events(List<Delivery> deliveries) {
        return deliveries.stream().map(delivery -> delivery.getEvent().getId()).toList();
    }

    @Test
    void anEventForAHundredWebhooksIsAttemptedAndOneForMoreIsParked() {
        WorkerHarness worker = new WorkerHarness();
        List<Webhook> webhooks = register(worker, 100);
        worker.publish(Samples.event("narrow", 1));
        assertThat(worker.sender.inFlight()).hasSize(100);

        webhooks.add(worker.register(webhook(101, "*")));
        worker.publish(Samples.event("wide", 2));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).hasSize(100);
        assertThat(webhooks(worker.log.lanes()))
                .containsExactlyElementsOf(webhooks.stream().map(Webhook::id).toList());
        assertThat(worker.log.attempts(Outcome.PARKED)).hasSize(101);
    }

    @Test
    void rangesFollowOneAnotherEachOnceTheOneBeforeIsCommitted() {
        WorkerHarness worker = new WorkerHarness();
        List<Webhook> webhooks = register(worker, 2 * RANGE + 1);
        worker.kafkaHangs();

        worker.publish(Samples.event("wide", 1));
        worker.advanceMs(500);
        assertThat(worker.uncommitted()).as("records of one range").isEqualTo(2 * RANGE);
        worker.kafkaIsBack();
        assertThat(worker.log.lanes()).hasSize(RANGE);
        assertThat(worker.committed(worker.events(0)))
                .as("two ranges are to come")
                .isZero();
        worker.advanceMs(300);

        assertThat(webhooks(worker.log.lanes()))
                .containsExactlyElementsOf(webhooks.stream().map(Webhook::id).toList());
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
        assertThat(worker.counted("parked")).isEqualTo(2 * RANGE + 1);
    }

    @Test
    void laterEventsOfTheJobWaitForTheLastRangeAndAreParkedBehindIt() {
        WorkerHarness worker = new WorkerHarness();
        for (int i = 1; i <= RANGE + 1; i++) {
            worker.register(webhook(i, "job.*"));
        }
        Webhook narrow = worker.register(webhook(9_000, "order.*"));
        Event behind = Samples.event("order.done", "job", "{}");
        worker.kafkaHangs();

        worker.publish(Samples.event("job.started", "job", "{}"), behind, Samples.event("order.done", "another", "{}"));
        worker.advanceMs(100);

        assertThat(worker.waiting(WaitReason.WIDE_FAN_OUT)).isEqualTo(1);
        assertThat(worker.sender.inFlight()).as("another job's event").hasSize(1);
        worker.kafkaIsBack();
        worker.advanceMs(300);
        assertThat(worker.waiting().total()).isZero();
        List<Delivery> lanes = worker.log.lanes();
        assertThat(lanes).hasSize(RANGE + 2);
        assertThat(lanes.get(RANGE + 1).getWebhookId()).isEqualTo(narrow.id());
        assertThat(lanes.get(RANGE + 1).getEvent().getId()).isEqualTo(behind.getId());
        assertThat(worker.sender.all()).hasSize(1);
    }

    @Test
    void waitingDeliveriesOfAWebhookAreParkedBeforeTheWideEventsDelivery() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        Webhook first = register(worker, 1).get(0);
        Event inFlight = Samples.event("job", 1);
        Event waiting = Samples.event("job", 2);
        worker.publish(inFlight, waiting);
        register(worker, 101);
        Event wide = Samples.event("job", 3);

        worker.publish(wide);
        worker.advanceMs(100);

        List<Delivery> ofFirst = worker.log.lanes().stream()
                .filter(delivery -> delivery.getWebhookId().equals(first.id()))
                .toList();
        assertThat(events(ofFirst)).containsExactly(waiting.getId(), wide.getId());
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void aThrottledEventThatWaitsGoesOnBeforeTheWideEventOfItsJob() {
        WorkerHarness worker = new WorkerHarness();
        Webhook throttled = worker.register(Samples.throttled(
                1, "https://one.example.com/", new Throttle(Map.of("job.progress", Duration.ofSeconds(10)))));
        worker.publish(Samples.event("job", 0), Samples.event("job", 1));
        assertThat(worker.waiting(WaitReason.THROTTLE)).isEqualTo(1);
        for (int i = 2; i <= 101; i++) {
            worker.register(webhook(i, "*"));
        }
        Event wide = Samples.event("order.done", "job", "{\"n\":2}");

        worker.publish(wide);
        worker.advanceMs(100);

        assertThat(worker.waiting(WaitReason.THROTTLE)).isZero();
        List<Delivery> ofThrottled = worker.log.lanes().stream()
                .filter(delivery -> delivery.getWebhookId().equals(throttled.id()))
                .toList();
        assertThat(ofThrottled).hasSize(2);
        assertThat(ofThrottled.get(1).getEvent().getId()).isEqualTo(wide.getId());
    }

    @Test
    void laterEventsOfAWideEventsJobAreParkedForTenSeconds() {
        WorkerHarness worker = new WorkerHarness();
        register(worker, 100);
        Webhook last = worker.register(webhook(101, "*"));
        worker.publish(Samples.event("job", 1));
        worker.advanceMs(100);
        worker.delete(last);

        worker.publish(Samples.event("another", 2));
        assertThat(worker.sender.inFlight()).as("another job is not concerned").hasSize(100);
        worker.sender.answerAll(200);
        worker.advanceMs(9_800);
        worker.publish(Samples.event("job", 3));
        worker.advanceMs(200);
        assertThat(worker.log.lanes()).hasSize(101 + 100);
        assertThat(worker.sender.inFlight()).isEmpty();

        worker.advanceMs(10_000);
        worker.publish(Samples.event("job", 4));
        assertThat(worker.sender.inFlight()).hasSize(100);
    }

    @Test
    void theNextOwnerParksOnlyTheRangesThatAreMissing() {
        WorkerHarness crashed = new WorkerHarness();
        register(crashed, RANGE + 7);
        crashed.publish(Samples.event("wide", 1));
        crashed.advanceMs(10);
        assertThat(crashed.log.lanes()).hasSize(RANGE);

        WorkerHarness next = crashed.successor();
        for (int i = RANGE - 9; i <= RANGE + 7; i++) {
            next.register(webhook(i, "*"));
        }
        next.takeOver(next.events(0));
        next.advanceMs(100);

        assertThat(webhooks(next.log.lanes())).hasSize(RANGE + 7).doesNotHaveDuplicates();
        assertThat(next.sender.all())
                .as("the rest is parked too, although it is narrow")
                .isEmpty();
        assertThat(next.committed(next.events(0))).isEqualTo(1);
    }

    @Test
    void anAbortedRangeIsWrittenAgainAndTheNextOneWaitsForIt() {
        WorkerHarness worker = new WorkerHarness();
        register(worker, RANGE + 1);
        worker.log.abortNext(2);

        worker.publish(Samples.event("wide", 1));
        worker.advanceMs(150);
        assertThat(worker.log.lanes()).isEmpty();
        worker.advanceMs(500);

        assertThat(webhooks(worker.log.lanes())).hasSize(RANGE + 1).doesNotHaveDuplicates();
    }

    @Test
    void aWideEventWaitsWhileManyRecordsAreNotCommitted() {
        WorkerHarness worker = new WorkerHarness();
        register(worker, 101);
        worker.kafkaHangs();
        for (int i = 0; i < 30; i++) {
            worker.publish(Samples.event("wide-" + i, i));
        }

        assertThat(worker.waiting(WaitReason.BACKPRESSURE)).isEqualTo(5);
        worker.kafkaIsBack();
        worker.advanceMs(500);
        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.log.lanes()).hasSize(30 * 101);
    }

    @Test
    void aLostPartitionsRangesAreLeftToItsNextOwner() {
        WorkerHarness worker = new WorkerHarness();
        register(worker, RANGE + 1);
        worker.kafkaHangs();
        worker.publish(Samples.event("job", 1), Samples.event("job", 2));
        worker.advanceMs(10);
        assertThat(worker.waiting(WaitReason.WIDE_FAN_OUT)).isEqualTo(RANGE + 1);

        worker.lose(worker.events(0));
        worker.kafkaIsBack();
        worker.advanceMs(500);

        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.log.lanes())
                .as("the range whose commit was under way")
                .hasSize(RANGE);
        assertThat(worker.uncommitted()).isZero();
        assertThat(worker.counted("parked")).isEqualTo(RANGE);
    }

    @Test
    void aJobIsRememberedFromItsLastRangeOnHoweverLongCommitsTook() {
        WorkerHarness worker = new WorkerHarness();
        for (int i = 1; i <= RANGE + 1; i++) {
            worker.register(webhook(i, "job.*"));
        }
        worker.register(webhook(9_000, "order.*"));
        worker.kafkaHangs();
        worker.publish(Samples.event("job.started", "job", "{}"));
        worker.advance(Duration.ofSeconds(11));
        worker.kafkaIsBack();
        worker.advance(Duration.ofSeconds(9));

        worker.publish(Samples.event("order.done", "job", "{}"));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.lanes()).hasSize(RANGE + 2);
    }

    @Test
    void eventsBehindAWideEventGoOnInPortionsOfWhatACommitMayHold() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_OPEN_OFFSETS", "1000");
        for (int i = 1; i <= RANGE + 1; i++) {
            worker.register(webhook(i, i <= 100 ? "*" : "job.*"));
        }
        worker.kafkaHangs();
        worker.publish(Samples.event("job.started", "job", "{}"));
        for (int i = 0; i < 40; i++) {
            worker.publish(Samples.event("order.changed", "job", "{}"));
        }
        int behind = worker.waiting(WaitReason.WIDE_FAN_OUT);
        assertThat(behind).isGreaterThan(2_700);

        worker.kafkaIsBack();
        worker.advance(Duration.ofSeconds(1));

        assertThat(worker.waiting().total()).isZero();
        assertThat(worker.log.lanes()).hasSize(RANGE + 1 + 40 * 100);
        assertThat(worker.log.batches())
                .allSatisfy(batch -> assertThat(batch.records()).hasSizeLessThanOrEqualTo(5_000 + 200));
    }
}
