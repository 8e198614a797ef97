package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.testkit.BrokerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scheduler that runs a replay dies, or loses the answer to its commit, in the middle of it; another one goes on. */
@Execution(ExecutionMode.CONCURRENT)
class ReplayCrashST {
    private static final int DEAD = 120;
    private static final double RATE = 400;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static BrokerFixture broker;

    @BeforeAll
    static void start() {
        broker = Scene.broker();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HELD_BEFORE_COMMIT")
    void everyDeadLetterIsReplayedOnce(CrashPoint point) throws Exception {
        CrashPlan plan = new CrashPlan(point, "lanes", 3);
        try (Scene scene = new Scene(broker, Map.of("KURIER_MOVE_BATCH", "20"));
                Child faulty = scene.crashing(PartProcess.SCHEDULER, plan)) {
            List<String> dead = killSome(scene);
            String replay = order(scene);
            if (point.kills()) {
                try (Child clean = scene.clean(PartProcess.SCHEDULER)) {
                    faulty.go();
                    assertThat(faulty.awaitExit(PATIENCE)).as(faulty.output()).isEqualTo(CrashingClients.EXIT_CODE);
                    assertThat(progress(scene, replay)).isNotEqualTo(ReplayState.COMPLETED);
                    clean.go();
                    eachIsReplayedOnce(scene, replay, dead, clean);
                }
            } else {
                faulty.go().awaitLine("LOST");
                eachIsReplayedOnce(scene, replay, dead, faulty);
            }
        }
    }

    /** Its successor must not decide on what it sees before it knows how the open transaction ends. */
    @Test
    void aFrozenOwnerThatCommitsLateMakesItsSuccessorRepeatNothing() throws Exception {
        CrashPlan plan = new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "lanes", 3);
        try (Scene scene = new Scene(broker, Map.of("KURIER_MOVE_BATCH", "20"));
                Child frozen = scene.crashing(PartProcess.SCHEDULER, plan);
                Child clean = scene.clean(PartProcess.SCHEDULER)) {
            List<String> dead = killSome(scene);
            String replay = order(scene);
            frozen.go().awaitLine("HELD");
            frozen.freeze();
            clean.go();
            scene.awaitOneOwner("retry-scheduler.replays");
            Awaitility.await("nothing goes on")
                    .during(Duration.ofSeconds(3))
                    .until(() -> !clean.hasSaid("goes on where it was"));
            frozen.thaw();
            frozen.sendLine().awaitLine("COMMITTED LATE");
            eachIsReplayedOnce(scene, replay, dead, clean);
        }
    }

    private static List<String> killSome(Scene scene) {
        RecordCodec<DeadLetter> codec = scene.runtime.codec(DeadLetter.class);
        List<DeadLetter> letters = new ArrayList<>();
        for (Event event : scene.events(DEAD, 10)) {
            letters.add(letter(event, "wh_" + letters.size() % 7));
        }
        scene.write(letters.stream()
                .map(letter -> new ProducerRecord<>(
                        scene.runtime.topics().deadLetters(), Scene.bytes(letter.getWebhookId()), codec.encode(letter)))
                .toList());
        return letters.stream().map(DeadLetter::getDeliveryId).toList();
    }

    private static DeadLetter letter(Event event, String webhookId) {
        long nowMs = System.currentTimeMillis();
        Delivery delivery = new Delivery(
                Ids.delivery(event.getId(), webhookId), event, webhookId, 0, 2, 2, nowMs, Waiting.RETRY, 0L, false);
        return new DeadLetter(
                delivery.getId(),
                Scene.TENANT,
                webhookId,
                0,
                nowMs,
                new DeadLetterEntry(delivery, "exhausted", 500, null),
                null);
    }

    private static String order(Scene scene) {
        String id = Ids.replay(System.currentTimeMillis());
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant(Scene.TENANT)
                .setRatePerSecond(RATE)
                .setCreatedAtMs(System.currentTimeMillis())
                .build();
        scene.write(List.of(new ProducerRecord<>(
                scene.runtime.topics().replays(),
                Scene.bytes(id),
                scene.runtime.codec(ReplayRecord.class).encode(new ReplayRecord(id, order, null)))));
        return id;
    }

    private static ReplayState progress(Scene scene, String replay) {
        return scene.runtime
                .replays()
                .get(ReplayKeys.progress(replay))
                .map(ReplayRecord::getProgress)
                .map(ReplayProgress::getState)
                .orElse(ReplayState.UNKNOWN);
    }

    private static void eachIsReplayedOnce(Scene scene, String replay, List<String> dead, Child child) {
        Awaitility.await("the replay is complete")
                .atMost(PATIENCE)
                .failFast("the child ended", child::mustLive)
                .until(() -> progress(scene, replay) == ReplayState.COMPLETED);
        ReplayProgress progress = scene.runtime
                .replays()
                .get(ReplayKeys.progress(replay))
                .orElseThrow()
                .getProgress();
        assertThat(progress.getTotal()).isEqualTo(DEAD);
        assertThat(progress.getDone()).isEqualTo(DEAD);
        var topics = scene.runtime.topics();
        assertThat(scene.read(topics.lanes(), Delivery.class))
                .as("lane records")
                .allMatch(delivery -> delivery.getRun() == 1 && delivery.getReason() == Waiting.REPLAY)
                .extracting(Delivery::getId)
                .containsExactlyInAnyOrderElementsOf(dead);
        assertThat(scene.read(topics.deadLetters(), DeadLetter.class))
                .as("takings")
                .filteredOn(letter -> letter.getEntry() == null)
                .allMatch(letter -> replay.equals(letter.getTakenBy()))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactlyInAnyOrderElementsOf(dead);
    }
}
