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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scheduler that runs a replay dies, or loses the answer to its commit, and another one continues the replay. */
@Execution(ExecutionMode.CONCURRENT)
class ReplayCrashST {
    private static final int DEAD = 120;
    private static final double RATE = 400;

    @RegisterExtension
    static final CrashTestBroker BROKER = new CrashTestBroker();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HELD_BEFORE_COMMIT")
    void everyDeadLetterIsReplayedOnceDespiteAFault(CrashPoint point) throws Exception {
        CrashPlan plan = new CrashPlan(point, "lanes", 3);
        try (TestInstallation installation = BROKER.installation(Map.of("KURIER_MOVE_BATCH", "20"));
                ChildProcess faulty = installation.crashing(PartProcess.SCHEDULER, plan)) {
            List<String> dead = writeDeadLetters(installation);
            String replay = order(installation);
            if (point.kills()) {
                try (ChildProcess clean = installation.clean(PartProcess.SCHEDULER)) {
                    faulty.begin();
                    assertThat(faulty.awaitExit(ChildProcess.WAIT_LIMIT))
                            .as(faulty.output())
                            .isEqualTo(CrashingClients.EXIT_CODE);
                    assertThat(progress(installation, replay)).isNotEqualTo(ReplayState.COMPLETED);
                    clean.begin();
                    eachIsReplayedOnce(installation, replay, dead, clean);
                }
            } else {
                faulty.begin().awaitLine(CrashingClients.LOST);
                eachIsReplayedOnce(installation, replay, dead, faulty);
            }
        }
    }

    /** The new owner must not decide before it knows how the open transaction ends. */
    @Test
    void noReplayedDeadLetterIsRepeatedWhenAFrozenOwnerCommitsLate() throws Exception {
        CrashPlan plan = new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "lanes", 3);
        try (TestInstallation installation = BROKER.installation(Map.of("KURIER_MOVE_BATCH", "20"));
                ChildProcess frozen = installation.crashing(PartProcess.SCHEDULER, plan);
                ChildProcess clean = installation.clean(PartProcess.SCHEDULER)) {
            List<String> dead = writeDeadLetters(installation);
            String replay = order(installation);
            frozen.begin().awaitLine(CrashingClients.HELD);
            frozen.freeze();
            clean.begin();
            installation.awaitOneOwner("retry-scheduler.replays");
            Awaitility.await("the new owner waits")
                    .during(Duration.ofSeconds(3))
                    .until(() -> !clean.hasPrinted("resumes where its former owner stopped"));
            frozen.thawAndCommit();
            eachIsReplayedOnce(installation, replay, dead, clean);
        }
    }

    private static List<String> writeDeadLetters(TestInstallation installation) {
        RecordCodec<DeadLetter> codec = installation.runtime.codec(DeadLetter.class);
        List<DeadLetter> deadLetters = new ArrayList<>();
        for (Event event : installation.events(DEAD, 10)) {
            deadLetters.add(deadLetter(event, "wh_" + deadLetters.size() % 7));
        }
        installation.write(deadLetters.stream()
                .map(deadLetter -> new ProducerRecord<>(
                        installation.runtime.topics().deadLetters(),
                        TestInstallation.bytes(deadLetter.getWebhookId()),
                        codec.encode(deadLetter)))
                .toList());
        return deadLetters.stream().map(DeadLetter::getDeliveryId).toList();
    }

    private static DeadLetter deadLetter(Event event, String webhookId) {
        long nowMs = System.currentTimeMillis();
        Delivery delivery = new Delivery(
                Ids.delivery(event.getId(), webhookId), event, webhookId, 0, 2, 2, nowMs, Waiting.RETRY, 0L, false);
        return new DeadLetter(
                delivery.getId(),
                TestInstallation.TENANT,
                webhookId,
                0,
                nowMs,
                new DeadLetterEntry(delivery, "exhausted", 500, null),
                null);
    }

    private static String order(TestInstallation installation) {
        String id = Ids.replay(System.currentTimeMillis());
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant(TestInstallation.TENANT)
                .setRatePerSecond(RATE)
                .setCreatedAtMs(System.currentTimeMillis())
                .build();
        installation.write(List.of(new ProducerRecord<>(
                installation.runtime.topics().replays(),
                TestInstallation.bytes(id),
                installation.runtime.codec(ReplayRecord.class).encode(new ReplayRecord(id, order, null)))));
        return id;
    }

    private static ReplayState progress(TestInstallation installation, String replay) {
        return installation
                .runtime
                .replays()
                .get(ReplayKeys.progress(replay))
                .map(ReplayRecord::getProgress)
                .map(ReplayProgress::getState)
                .orElse(ReplayState.UNKNOWN);
    }

    private static void eachIsReplayedOnce(
            TestInstallation installation, String replay, List<String> dead, ChildProcess child) {
        Awaitility.await("the replay is complete")
                .atMost(ChildProcess.WAIT_LIMIT)
                .failFast("the child ended", child::assertAlive)
                .until(() -> progress(installation, replay) == ReplayState.COMPLETED);
        ReplayProgress progress = installation
                .runtime
                .replays()
                .get(ReplayKeys.progress(replay))
                .orElseThrow()
                .getProgress();
        assertThat(progress.getTotal()).isEqualTo(DEAD);
        assertThat(progress.getDone()).isEqualTo(DEAD);
        var topics = installation.runtime.topics();
        assertThat(installation.read(topics.lanes(), Delivery.class))
                .as("lane records")
                .allMatch(delivery -> delivery.getRun() == 1 && delivery.getReason() == Waiting.REPLAY)
                .extracting(Delivery::getId)
                .containsExactlyInAnyOrderElementsOf(dead);
        assertThat(installation.read(topics.deadLetters(), DeadLetter.class))
                .as("takings")
                .filteredOn(deadLetter -> deadLetter.getEntry() == null)
                .allMatch(deadLetter -> replay.equals(deadLetter.getTakenBy()))
                .extracting(DeadLetter::getDeliveryId)
                .containsExactlyInAnyOrderElementsOf(dead);
    }
}
