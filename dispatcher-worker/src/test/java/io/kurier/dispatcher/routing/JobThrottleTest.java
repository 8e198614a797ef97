package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.dispatcher.waiting.WaitCounts;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.schemas.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobThrottleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String PROGRESS = "download.progress";

    private long clockMs;
    private final List<PendingDelivery> wentOn = new ArrayList<>();
    private final List<PendingDelivery> superseded = new ArrayList<>();
    private final PartitionAssignment assignment = Samples.assignment();
    private final JobThrottle throttle = new JobThrottle(
            new JobThrottle.Bounds(3, 1_000_000), () -> Instant.ofEpochMilli(clockMs), wentOn::add, superseded::add);
    private long offset;

    private void wake(long nowMs) {
        clockMs = nowMs;
        throttle.wake();
    }

    private int waiting() {
        WaitCounts counts = new WaitCounts();
        throttle.countInto(counts);
        return counts.of(WaitReason.THROTTLE);
    }

    private PendingDelivery arrives(String type, String job, long nowMs) {
        Event event = Samples.event(type, job, "{}");
        PendingDelivery delivery = Samples.first(assignment, offset++, event);
        clockMs = nowMs;
        throttle.add(delivery, type.endsWith("progress") ? SECOND : null);
        return delivery;
    }

    @Test
    void theFirstGoesOnAtOnceAndTheNewestAtTheEndOfTheInterval() {
        PendingDelivery first = arrives(PROGRESS, "job", 0);
        PendingDelivery second = arrives(PROGRESS, "job", 100);
        PendingDelivery third = arrives(PROGRESS, "job", 999);
        wake(999);
        assertThat(wentOn).containsExactly(first);
        assertThat(superseded).containsExactly(second);

        wake(1_000);

        assertThat(wentOn).containsExactly(first, third);
        PendingDelivery fourth = arrives(PROGRESS, "job", 1_100);
        wake(1_999);
        assertThat(wentOn).as("an interval behind the one that was sent").containsExactly(first, third);
        wake(2_000);
        assertThat(wentOn).containsExactly(first, third, fourth);
    }

    @Test
    void aWaitingEventGoesOnBeforeAnotherEventOfItsJob() {
        PendingDelivery first = arrives(PROGRESS, "job", 0);
        PendingDelivery second = arrives(PROGRESS, "job", 100);
        PendingDelivery done = arrives("download.completed", "job", 200);
        assertThat(wentOn).containsExactly(first, second, done);
        wake(5_000);
        assertThat(wentOn).hasSize(3);
        assertThat(superseded).isEmpty();
    }

    @Test
    void jobsAndTypesAreCountedApart() {
        PendingDelivery one = arrives(PROGRESS, "one", 0);
        PendingDelivery two = arrives(PROGRESS, "two", 0);
        PendingDelivery upload = arrives("upload.progress", "one", 0);
        assertThat(wentOn).containsExactly(one, two, upload);
    }

    @Test
    void anEventThatIsNotThrottledGoesOnAtOnce() {
        PendingDelivery one = arrives("download.completed", "job", 0);
        PendingDelivery two = arrives("download.completed", "job", 0);
        assertThat(wentOn).containsExactly(one, two);
        assertThat(waiting()).isZero();
    }

    @Test
    void aWaitingEventGoesOnWhenItsWebhookChanges() {
        PendingDelivery first = arrives(PROGRESS, "job", 0);
        PendingDelivery second = arrives(PROGRESS, "job", 1);
        clockMs = 2;
        throttle.release("wh_another");
        assertThat(wentOn).containsExactly(first);
        throttle.release(second.webhookId);
        assertThat(wentOn).containsExactly(first, second);
        assertThat(waiting()).isZero();
    }

    @Test
    void aWaitingEventGoesOnWhenTheClockIsSetBack() {
        arrives(PROGRESS, "job", 10_000);
        arrives(PROGRESS, "job", 10_001);
        wake(5_000);
        assertThat(wentOn).hasSize(2);
    }

    /** Each event that is open in part takes of the metadata what the whole partition needs. */
    @Test
    void noEventWaitsWhileTheMetadataIsHalfFull() {
        for (int i = 0; i < 10; i++) {
            assignment.offsets.open(offset++, 100, 1_000_000);
        }
        assertThat(assignment.offsets.isHalfFull()).isTrue();
        arrives(PROGRESS, "job", 0);
        arrives(PROGRESS, "job", 1);
        assertThat(wentOn).hasSize(2);
    }

    @Test
    void eventsBeyondTheBoundGoOnAtOnce() {
        for (int job = 0; job < 5; job++) {
            arrives(PROGRESS, "job" + job, 0);
            arrives(PROGRESS, "job" + job, 1);
        }
        assertThat(waiting()).isEqualTo(3);
        assertThat(wentOn).hasSize(7);
        wake(1_000);
        assertThat(waiting()).isZero();
        assertThat(wentOn).hasSize(10);
    }

    @Test
    void aWaitingEventOfALostPartitionIsLeftToItsNextOwner() {
        arrives(PROGRESS, "job", 0);
        arrives(PROGRESS, "job", 1);
        assignment.lose();
        wake(1_000);
        assertThat(wentOn).hasSize(1);
        assertThat(superseded).isEmpty();
    }

    /** Whatever the order: each job's events go on in their order, none is lost, the last of each arrives, and the interval is kept. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyScheduleKeepsOrderIntervalAndTheNewestEvent(long seed) {
        Random random = new Random(seed);
        Map<PendingDelivery, Long> sentAtMs = new HashMap<>();
        List<PendingDelivery> all = new ArrayList<>();
        long nowMs = 0;
        for (int i = 0; i < 500; i++) {
            nowMs += random.nextInt(400);
            wake(nowMs);
            String type =
                    random.nextInt(4) == 0 ? "download.completed" : random.nextBoolean() ? PROGRESS : "upload.progress";
            all.add(arrives(type, "job" + random.nextInt(3), nowMs));
            for (PendingDelivery delivery : wentOn) {
                sentAtMs.putIfAbsent(delivery, nowMs);
            }
        }
        wake(nowMs + 1_000);
        assertThat(wentOn).doesNotHaveDuplicates().doesNotContainAnyElementsOf(superseded);
        assertThat(wentOn.size() + superseded.size()).as("seed %s", seed).isEqualTo(all.size());
        for (int j = 0; j < 3; j++) {
            String job = "job" + j;
            List<PendingDelivery> ofJob = wentOn.stream()
                    .filter(delivery -> delivery.event().getJobId().equals(job))
                    .toList();
            assertThat(ofJob).isSortedAccordingTo((a, b) -> Integer.compare(all.indexOf(a), all.indexOf(b)));
            List<PendingDelivery> published = all.stream()
                    .filter(delivery -> delivery.event().getJobId().equals(job))
                    .toList();
            assertThat(ofJob.get(ofJob.size() - 1)).isSameAs(published.get(published.size() - 1));
        }
        throttle.dropIdle(nowMs + 3_000);
        assertThat(waiting()).isZero();
    }
}
