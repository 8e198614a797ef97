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
    private final WebhookQueue line = Samples.line("wh_1", 4);
    private long offset;

    @Test
    void aJobsFirstAttemptsGoOneAfterAnotherInOrder() {
        PendingDelivery one = joinFirst(line, "a");
        PendingDelivery two = joinFirst(line, "a");
        PendingDelivery three = joinFirst(line, "a");

        assertThat(take(line)).containsExactly(one);
        line.done(one, 1, 0);
        assertThat(take(line)).containsExactly(two);
        line.turnedAway(two);
        assertThat(take(line)).containsExactly(three);
        line.done(three, 1, 0);
        assertThat(take(line)).isEmpty();
        assertThat(line.isIdle(0)).isTrue();
    }

    @Test
    void jobsDoNotWaitForEachOther() {
        PendingDelivery a = joinFirst(line, "a");
        joinFirst(line, "a");
        PendingDelivery b = joinFirst(line, "b");

        assertThat(take(line)).containsExactly(a, b);
        assertThat(line.waiting()).isEqualTo(1);
    }

    @Test
    void noMoreAreOutThanThereArePlaces() {
        for (int job = 0; job < 6; job++) {
            joinFirst(line, "job" + job);
        }

        List<PendingDelivery> out = take(line);
        assertThat(out).hasSize(4);
        assertThat(line.inFlight()).isEqualTo(4);
        line.done(out.get(2), 1, 0);
        assertThat(take(line)).hasSize(1);
    }

    @Test
    void whoseTurnItIsIsToldWhileThereIsAPlace() {
        for (int job = 0; job < 5; job++) {
            joinFirst(line, "job" + job);
        }
        assertThat(line.peek(true, 0)).isNotNull();

        List<PendingDelivery> out = take(line);

        assertThat(line.peek(true, 0)).isNull();
        line.done(out.get(0), 1, 0);
        assertThat(line.peek(true, 0)).isSameAs(line.next(true, 0)).isNotNull();
    }

    @Test
    void retriesLeaveFirstAttemptsTheirShare() {
        for (int i = 0; i < 20; i++) {
            joinAgain(line);
        }
        PendingDelivery a = joinFirst(line, "a");
        PendingDelivery b = joinFirst(line, "b");

        assertThat(take(line)).hasSize(4).contains(a, b);
    }

    @Test
    void firstAttemptsLeaveRetriesTheirShare() {
        for (int i = 0; i < 20; i++) {
            joinFirst(line, "job" + i);
        }
        PendingDelivery one = joinAgain(line);
        PendingDelivery two = joinAgain(line);

        assertThat(take(line)).hasSize(4).contains(one, two);
    }

    @Test
    void withoutTheOthersEitherTakesEveryPlace() {
        WebhookQueue other = Samples.line("wh_2", 4);
        for (int i = 0; i < 5; i++) {
            joinFirst(line, "job" + i);
            joinAgain(other);
        }

        assertThat(take(line)).hasSize(4).allMatch(PendingDelivery::isFirst);
        assertThat(take(other)).hasSize(4).noneMatch(PendingDelivery::isFirst);
    }

    @Test
    void withOnePlaceTheyTakeTurns() {
        WebhookQueue narrow = Samples.line("wh_3", 1);
        for (int i = 0; i < 4; i++) {
            joinAgain(narrow);
            joinFirst(narrow, "job" + i);
        }

        List<Boolean> firsts = new ArrayList<>();
        for (List<PendingDelivery> out = take(narrow); !out.isEmpty(); out = take(narrow)) {
            firsts.add(out.get(0).isFirst());
            narrow.done(out.get(0), 1, 0);
        }
        assertThat(firsts).containsExactly(true, false, true, false, true, false, true, false);
    }

    @Test
    void retriesWaitWhenTheyMayNot() {
        PendingDelivery again = joinAgain(line);
        PendingDelivery first = joinFirst(line, "a");

        List<PendingDelivery> out = new ArrayList<>();
        for (PendingDelivery next = line.next(false, 0); next != null; next = line.next(false, 0)) {
            out.add(next);
        }

        assertThat(out).containsExactly(first);
        assertThat(take(line)).containsExactly(again);
    }

    @Test
    void workOfALostAssignmentIsNotHandedOutButItsJobGoesOn() {
        PartitionAssignment lost = Samples.assignment();
        line.join(Samples.first(lost, 0, Samples.event("a", 0)));
        line.join(Samples.again(lost, 1, Samples.event("a", 1)));
        PendingDelivery owned = joinFirst(line, "a");
        PendingDelivery ownedAgain = joinAgain(line);
        lost.lose();

        assertThat(take(line)).containsExactlyInAnyOrder(owned, ownedAgain);
        assertThat(line.waiting()).isZero();
        assertThat(line.inFlight()).isEqualTo(2);
    }

    @Test
    void drainingHandsOutNothingMore() {
        joinFirst(line, "a");
        joinAgain(line);
        assignment.drain();

        assertThat(take(line)).isEmpty();
        assertThat(line.isIdle(0)).isTrue();
    }

    @Test
    void loadCountsWhatANewOneWouldWaitFor() {
        WebhookQueue narrow = Samples.line("wh_4", 1);
        PendingDelivery running = joinFirst(narrow, "a");
        take(narrow);
        narrow.done(running, 100, 0);
        joinFirst(narrow, "a");
        take(narrow);
        joinFirst(narrow, "a");
        joinFirst(narrow, "b");
        joinAgain(narrow);

        QueueAdmission.Load behind = narrow.load(true, "a", 0);
        QueueAdmission.Load retry = narrow.load(false, "a", 0);

        assertThat(behind).isEqualTo(new QueueAdmission.Load(2, 1, 400));
        assertThat(retry).isEqualTo(new QueueAdmission.Load(1, 0, 400));
    }

    @Test
    void aLineThatIsLeftForgetsItsPace() {
        PendingDelivery running = joinFirst(line, "a");
        take(line);
        line.done(running, 60_000, 0);
        line.leaveUntil(1_000);

        assertThat(line.averageMs()).isZero();
    }

    @Test
    void aLineThatIsLeftIsNotIdle() {
        line.leaveUntil(1_000);

        assertThat(line.isIdle(999)).isFalse();
        assertThat(line.isLeaving(999)).isTrue();
        assertThat(line.isLeaving(1_000)).isFalse();
        assertThat(line.isIdle(1_000)).isTrue();
    }

    private PendingDelivery joinFirst(WebhookQueue to, String job) {
        PendingDelivery work = Samples.first(assignment, offset++, Samples.event(job, 0));
        to.join(work);
        return work;
    }

    private PendingDelivery joinAgain(WebhookQueue to) {
        PendingDelivery work = Samples.again(assignment, offset++, Samples.event("again", 0));
        to.join(work);
        return work;
    }

    private static List<PendingDelivery> take(WebhookQueue from) {
        List<PendingDelivery> out = new ArrayList<>();
        for (PendingDelivery next = from.next(true, 0); next != null; next = from.next(true, 0)) {
            out.add(next);
        }
        return out;
    }
}
