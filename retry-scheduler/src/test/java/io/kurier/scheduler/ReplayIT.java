package io.kurier.scheduler;

import static io.kurier.scheduler.SchedulerFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.scheduler.SchedulerFixture.Found;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ReplayIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final SchedulerFixture fixture = new SchedulerFixture(KAFKA.broker(), InstantSource.system());

    /** In the order in which they were held, each where it was: a first attempt stays one. */
    @Test
    void whatIsHeldGoesOnWhereItWasAndIsTaken() {
        for (int i = 0; i < 20; i++) {
            DeadLetter held = Letters.entry(Integer.toString(i), 0, "wh_1", "job.completed", "paused", 1_000);
            held.getEntry().getDelivery().setReason(i == 0 ? Waiting.PARKED : Waiting.RETRY);
            fixture.hold(held);
        }
        fixture.send(Letters.entry("dead", 0));
        fixture.startScheduler();
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setFrom(ReplayFrom.HELD)
                        .build());

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(20L, 20L);
        assertThat(fixture.laneIds())
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 20)
                        .mapToObj(i -> "dlv_" + i)
                        .toList());
        Delivery first = fixture.lanes().get(0).value();
        assertThat(first.getReason()).isEqualTo(Waiting.PARKED);
        assertThat(List.of(first.getRun(), first.getAttempts(), first.getRunAttempts()))
                .containsExactly(0, 9, 5);
        assertThat(fixture.takings()).as("of dead letters").isEmpty();
        fixture.order(
                "rpl_2",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setFrom(ReplayFrom.HELD)
                        .build());
        assertThat(fixture.awaitCompleted("rpl_2").getTotal())
                .as("none is held any more")
                .isZero();
    }

    /** Otherwise its topic would forget it, and nobody would know. */
    @Test
    void whatIsHeldForTooLongIsADeadLetter() {
        fixture.heldFor = Duration.ofHours(1);
        long nowMs = System.currentTimeMillis();
        fixture.hold(Letters.entry("long", 3, "wh_1", "job.completed", "paused", nowMs - 3_600_001));
        fixture.hold(Letters.entry("released", 0, "wh_1", "job.completed", "paused", nowMs - 7_200_000));
        fixture.hold(Letters.taking("released", 0, "rpl_0"));
        fixture.hold(Letters.entry("short", 0, "wh_2", "job.completed", "disabled", nowMs));
        fixture.startScheduler();

        await().atMost(PATIENCE).until(() -> !fixture.deadLetters().isEmpty());
        DeadLetter dead = fixture.deadLetters().get(0);
        assertThat(List.of(dead.getDeliveryId(), dead.getRun(), dead.getEntry().getReason()))
                .containsExactly("dlv_long", 3, "held_too_long");
        assertThat(fixture.attempts())
                .as("a delivery does not end without an outcome")
                .singleElement()
                .satisfies(attempt -> {
                    assertThat(attempt.getDeliveryId()).isEqualTo("dlv_long");
                    assertThat(attempt.getEventId()).isEqualTo("evt_long");
                    assertThat(attempt.getOutcome()).isEqualTo(Outcome.DEAD);
                    assertThat(List.of(attempt.getRun(), attempt.getAttempt())).containsExactly(3, 9);
                });
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setFrom(ReplayFrom.HELD)
                        .build());
        fixture.awaitCompleted("rpl_1");
        assertThat(fixture.laneIds()).as("what is still held").containsExactly("dlv_short");
        assertThat(fixture.deadLetters()).hasSize(1);
    }

    @Test
    void anOrderWaitsForItsTime() {
        fixture.send(Letters.entry("1", 0));
        fixture.startScheduler();
        long beginsAtMs = System.currentTimeMillis() + 2_000;
        fixture.order(
                "rpl_1",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setBeginsAtMs(beginsAtMs)
                        .build());

        assertThat(fixture.awaitCompleted("rpl_1").getStartedAtMs()).isGreaterThanOrEqualTo(beginsAtMs);
    }

    private void die(int count) {
        for (int i = 0; i < count; i++) {
            fixture.send(Letters.entry(Integer.toString(i), 0, "wh_" + i % 5, "job.completed", "exhausted", 1_000));
        }
    }

    @Test
    void aLetterGoesToItsLaneAsItsNextRunAndIsTaken() {
        DeadLetter letter = Letters.entry("1", 2);
        fixture.send(letter);
        fixture.startScheduler();
        long orderedAtMs = System.currentTimeMillis();
        fixture.order("rpl_1", Letters.all(Letters.FAST));

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        List<Found<Delivery>> lanes = fixture.lanes();
        assertThat(lanes).hasSize(1);
        Delivery dead = letter.getEntry().getDelivery();
        Delivery again = lanes.get(0).value();
        assertThat(lanes.get(0).record().key()).isEqualTo("wh_1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(again.getDueAtMs()).isGreaterThanOrEqualTo(orderedAtMs);
        assertThat(again)
                .isEqualTo(new Delivery(
                        dead.getId(),
                        dead.getEvent(),
                        "wh_1",
                        3,
                        dead.getAttempts(),
                        0,
                        again.getDueAtMs(),
                        Waiting.REPLAY,
                        0L,
                        false));
        DeadLetter taking = fixture.takings().get(0);
        assertThat(fixture.takings()).hasSize(1);
        assertThat(taking).isEqualTo(new DeadLetter("dlv_1", "acme", "wh_1", 3, taking.getAtMs(), null, "rpl_1"));
        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(1L, 1L);
        assertThat(done.getError()).isNull();
    }

    @Test
    void onlyWhatTheFilterMeansIsReplayed() {
        fixture.send(Letters.entry("1", 0, "wh_1", "job.completed", "exhausted", 1_000));
        fixture.send(Letters.entry("2", 0, "wh_2", "job.completed", "exhausted", 2_000));
        fixture.send(Letters.entry("3", 0, "wh_1", "job.failed", "exhausted", 3_000));
        fixture.send(Letters.entry("4", 0, "wh_1", "job.completed", "gone", 4_000));
        fixture.startScheduler();

        assertThat(counted("a", order -> {})).isEqualTo(4);
        assertThat(counted("b", order -> order.setTenant("other"))).isZero();
        assertThat(counted("c", order -> order.setWebhookId("wh_1"))).isEqualTo(3);
        assertThat(counted("d", order -> order.setType("job.failed"))).isEqualTo(1);
        assertThat(counted("e", order -> order.setReason("gone"))).isEqualTo(1);
        assertThat(counted("f", order -> order.setSinceMs(2_000L).setUntilMs(4_000L)))
                .isEqualTo(2);
        assertThat(counted("g", order -> order.setIds(List.of("dlv_1", "dlv_4", "dlv_9"))))
                .isEqualTo(2);

        fixture.order(
                "rpl_h",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setWebhookId("wh_1")
                        .setType("job.completed")
                        .build());
        assertThat(fixture.awaitCompleted("rpl_h").getDone()).isEqualTo(2);
        assertThat(fixture.laneIds()).containsExactlyInAnyOrder("dlv_1", "dlv_4");
    }

    private long counted(String id, Consumer<ReplayOrder.Builder> narrowed) {
        ReplayOrder.Builder order = ReplayOrder.newBuilder(Letters.dry());
        narrowed.accept(order);
        fixture.order("rpl_" + id, order.build());
        return fixture.awaitCompleted("rpl_" + id).getTotal();
    }

    @Test
    void aDryRunCountsAndMovesNothing() {
        die(7);
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.dry());

        ReplayProgress progress = fixture.awaitCompleted("rpl_1");

        assertThat(List.of(progress.getTotal(), progress.getDone())).containsExactly(7L, 0L);
        assertThat(fixture.lanes()).isEmpty();
        assertThat(fixture.takings()).isEmpty();
        assertThat(fixture.deadLetters()).hasSize(7);
    }

    @Test
    void aDryRunThatCouldNotBeWrittenIsWrittenAgain() throws Exception {
        die(2);
        FailingCommits failing = new FailingCommits(1);
        fixture.startScheduler(failing::around, 500);
        fixture.order("rpl_1", Letters.dry());

        assertThat(fixture.awaitCompleted("rpl_1").getTotal()).isEqualTo(2);
        assertThat(failing.left()).as("the fault happened").isZero();
    }

    @Test
    void stepsThatFailAreTakenAgainAndNothingTwice() throws Exception {
        die(30);
        FailingCommits failing = new FailingCommits(2);
        fixture.startScheduler(failing::around, 10);
        fixture.order("rpl_1", Letters.all(Letters.FAST));

        assertThat(fixture.awaitCompleted("rpl_1").getDone()).isEqualTo(30);
        assertThat(failing.left()).as("the faults happened").isZero();
        assertThat(fixture.laneIds()).hasSize(30).doesNotHaveDuplicates();
        assertThat(fixture.takings()).hasSize(30);
    }

    @Test
    void onlyWhatIsStillDeadIsReplayed() {
        fixture.send(Letters.entry("dead", 0));
        fixture.send(Letters.entry("taken", 0));
        fixture.send(Letters.taking("taken", 1, "rpl_0"));
        fixture.send(Letters.entry("again", 0));
        fixture.send(Letters.taking("again", 1, "rpl_0"));
        fixture.send(Letters.entry("again", 1));
        fixture.send(Letters.entry("superseded", 0));
        fixture.send(Letters.entry("superseded", 4));
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.all(Letters.FAST));

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        assertThat(fixture.lanes().stream()
                        .map(lane ->
                                lane.value().getId() + " run " + lane.value().getRun()))
                .containsExactlyInAnyOrder("dlv_dead run 1", "dlv_again run 2", "dlv_superseded run 5");
        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(3L, 3L);
    }

    @Test
    void aReplayOfNothingCompletes() {
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.all(1));

        assertThat(fixture.awaitCompleted("rpl_1").getTotal()).isZero();
        assertThat(fixture.lanes()).isEmpty();
    }

    /** Half a second's worth may come at once; the bound leaves a busy machine all the room to be slow. */
    @Test
    void theRateIsKept() {
        die(40);
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.all(20));
        fixture.awaitCompleted("rpl_1");

        List<Long> times = fixture.lanes().stream().map(Found::atMs).sorted().toList();

        assertThat(times).hasSize(40);
        assertThat(times.get(39) - times.get(0)).as("ms for 40 at 20 a second").isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void entriesAfterTheStartAreLeftAlone() {
        die(30);
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.all(15));
        await().atMost(PATIENCE).until(() -> fixture.progress("rpl_1") != null);
        assertThat(fixture.progress("rpl_1").getState()).isEqualTo(ReplayState.RUNNING);
        fixture.send(Letters.entry("new", 0));

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(30L, 30L);
        assertThat(fixture.laneIds()).hasSize(30).doesNotContain("dlv_new");
        assertThat(fixture.takings().stream().map(DeadLetter::getDeliveryId)).doesNotContain("dlv_new");
    }

    @Test
    void twoReplaysAtOnceNeverTakeTheSameLetter() throws Exception {
        die(60);
        fixture.startScheduler(clients -> clients, 7);
        fixture.order("rpl_1", Letters.all(60));
        fixture.order("rpl_2", Letters.all(60));

        long both = fixture.awaitCompleted("rpl_1").getDone()
                + fixture.awaitCompleted("rpl_2").getDone();

        assertThat(both).isEqualTo(60);
        assertThat(fixture.laneIds()).hasSize(60).doesNotHaveDuplicates();
        assertThat(fixture.takings()).hasSize(60);
    }

    @Test
    void aFinishedReplayLeavesTheTopicWhenItsTimeIsOver() {
        fixture.replaysKept = Duration.ofSeconds(1);
        die(3);
        fixture.startScheduler();
        fixture.order("rpl_1", Letters.all(Letters.FAST));
        fixture.order(
                "rpl_2",
                ReplayOrder.newBuilder(Letters.all(Letters.FAST))
                        .setBeginsAtMs(Long.MAX_VALUE)
                        .build());

        await().atMost(PATIENCE)
                .until(() -> fixture.takings().size() == 3
                        && fixture.runtime.replays().size() == 1);

        assertThat(fixture.runtime.replays().get("rpl_2")).isPresent();
        assertThat(fixture.laneIds()).hasSize(3);
    }
}
