package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookQueueTest {
    private final PartitionAssignment assignment = Samples.assignment();
    private final DirectQueue queue = Samples.queue("wh_1", 4);
    private long offset;

    @Test
    void aJobsFirstAttemptsGoOneAfterAnotherInOrder() {
        PendingDelivery one = addFirst(queue, "a");
        PendingDelivery two = addFirst(queue, "a");
        PendingDelivery three = addFirst(queue, "a");

        assertThat(take(queue)).containsExactly(one);
        queue.attemptEnded(one, 1, 0);
        assertThat(take(queue)).containsExactly(two);
        queue.notAttempted(two);
        assertThat(take(queue)).containsExactly(three);
        queue.attemptEnded(three, 1, 0);
        assertThat(take(queue)).isEmpty();
        assertThat(queue.isIdle(0)).isTrue();
    }

    @Test
    void jobsDoNotWaitForEachOther() {
        PendingDelivery a = addFirst(queue, "a");
        addFirst(queue, "a");
        PendingDelivery b = addFirst(queue, "b");

        assertThat(take(queue)).containsExactly(a, b);
        assertThat(queue.waiting()).isEqualTo(1);
    }

    @Test
    void noMoreAreInFlightThanTheLimit() {
        for (int job = 0; job < 6; job++) {
            addFirst(queue, "job" + job);
        }

        List<PendingDelivery> out = take(queue);
        assertThat(out).hasSize(4);
        assertThat(queue.inFlight()).isEqualTo(4);
        queue.attemptEnded(out.get(2), 1, 0);
        assertThat(take(queue)).hasSize(1);
    }

    @Test
    void peekShowsTheNextDeliveryWhileThereIsAPlace() {
        for (int job = 0; job < 5; job++) {
            addFirst(queue, "job" + job);
        }
        assertThat(queue.peek(true, 0)).isNotNull();

        List<PendingDelivery> out = take(queue);

        assertThat(queue.peek(true, 0)).isNull();
        queue.attemptEnded(out.get(0), 1, 0);
        assertThat(queue.peek(true, 0)).isSameAs(queue.take(true, 0)).isNotNull();
    }

    @Test
    void retriesLeaveFirstAttemptsTheirShare() {
        for (int i = 0; i < 20; i++) {
            addRetry(queue);
        }
        PendingDelivery a = addFirst(queue, "a");
        PendingDelivery b = addFirst(queue, "b");

        assertThat(take(queue)).hasSize(4).contains(a, b);
    }

    @Test
    void firstAttemptsLeaveRetriesTheirShare() {
        for (int i = 0; i < 20; i++) {
            addFirst(queue, "job" + i);
        }
        PendingDelivery one = addRetry(queue);
        PendingDelivery two = addRetry(queue);

        assertThat(take(queue)).hasSize(4).contains(one, two);
    }

    @Test
    void aloneEitherKindTakesEveryPlace() {
        DirectQueue other = Samples.queue("wh_2", 4);
        for (int i = 0; i < 5; i++) {
            addFirst(queue, "job" + i);
            addRetry(other);
        }

        assertThat(take(queue)).hasSize(4).allMatch(PendingDelivery::isFirst);
        assertThat(take(other)).hasSize(4).noneMatch(PendingDelivery::isFirst);
    }

    @Test
    void withOnePlaceFirstAttemptsAndRetriesTakeTurns() {
        DirectQueue narrow = Samples.queue("wh_3", 1);
        for (int i = 0; i < 4; i++) {
            addRetry(narrow);
            addFirst(narrow, "job" + i);
        }

        List<Boolean> firsts = new ArrayList<>();
        for (List<PendingDelivery> out = take(narrow); !out.isEmpty(); out = take(narrow)) {
            firsts.add(out.get(0).isFirst());
            narrow.attemptEnded(out.get(0), 1, 0);
        }
        assertThat(firsts).containsExactly(true, false, true, false, true, false, true, false);
    }

    @Test
    void retriesWaitWhileTheyMayNotStart() {
        PendingDelivery again = addRetry(queue);
        PendingDelivery first = addFirst(queue, "a");

        List<PendingDelivery> out = new ArrayList<>();
        for (PendingDelivery next = queue.take(false, 0); next != null; next = queue.take(false, 0)) {
            out.add(next);
        }

        assertThat(out).containsExactly(first);
        assertThat(take(queue)).containsExactly(again);
    }

    @Test
    void deliveriesOfALostAssignmentAreSkippedAndTheirJobGoesOn() {
        PartitionAssignment lost = Samples.assignment();
        queue.add(Samples.first(lost, 0, Samples.event("a", 0)));
        queue.add(Samples.again(lost, 1, Samples.event("a", 1)));
        PendingDelivery owned = addFirst(queue, "a");
        PendingDelivery ownedAgain = addRetry(queue);
        lost.lose();

        assertThat(take(queue)).containsExactlyInAnyOrder(owned, ownedAgain);
        assertThat(queue.waiting()).isZero();
        assertThat(queue.inFlight()).isEqualTo(2);
    }

    @Test
    void aDrainingAssignmentStartsNothing() {
        addFirst(queue, "a");
        addRetry(queue);
        assignment.drain();

        assertThat(take(queue)).isEmpty();
        assertThat(queue.isIdle(0)).isTrue();
    }

    @Test
    void loadCountsWhatANewDeliveryWouldWaitFor() {
        DirectQueue narrow = Samples.queue("wh_4", 1);
        PendingDelivery running = addFirst(narrow, "a");
        take(narrow);
        narrow.attemptEnded(running, 100, 0);
        addFirst(narrow, "a");
        take(narrow);
        addFirst(narrow, "a");
        addFirst(narrow, "b");
        addRetry(narrow);

        QueueAdmission.Load behind = narrow.load(true, "a", 0);
        QueueAdmission.Load retry = narrow.load(false, "a", 0);

        assertThat(behind).isEqualTo(new QueueAdmission.Load(2, 1, 400));
        assertThat(retry).isEqualTo(new QueueAdmission.Load(1, 0, 400));
    }

    @Test
    void aParkingQueueForgetsItsPace() {
        PendingDelivery running = addFirst(queue, "a");
        take(queue);
        queue.attemptEnded(running, 60_000, 0);
        queue.parkUntil(1_000);

        assertThat(queue.averageMs()).isZero();
    }

    @Test
    void aParkingQueueIsNotIdle() {
        queue.parkUntil(1_000);

        assertThat(queue.isIdle(999)).isFalse();
        assertThat(queue.isParking(999)).isTrue();
        assertThat(queue.isParking(1_000)).isFalse();
        assertThat(queue.isIdle(1_000)).isTrue();
    }

    private PendingDelivery addFirst(WebhookQueue to, String job) {
        PendingDelivery delivery = Samples.first(assignment, offset++, Samples.event(job, 0));
        to.add(delivery);
        return delivery;
    }

    private PendingDelivery addRetry(WebhookQueue to) {
        PendingDelivery delivery = Samples.again(assignment, offset++, Samples.event("again", 0));
        to.add(delivery);
        return delivery;
    }

    private static List<PendingDelivery> take(WebhookQueue from) {
        List<PendingDelivery> out = new ArrayList<>();
        for (PendingDelivery next = from.take(true, 0); next != null; next = from.take(true, 0)) {
            out.add(next);
        }
        return out;
    }
}
