package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.wire.RecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scheduler dies, or loses the answer to its commit, at every step of a move, and another one takes over. */
@Execution(ExecutionMode.CONCURRENT)
class SchedulerCrashST {
    private static final int COUNT = 300;

    @RegisterExtension
    static final CrashTestBroker BROKER = new CrashTestBroker();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HELD_BEFORE_COMMIT")
    void eachDeliveryIsMovedOnceToItsLaneDespiteAFault(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "lanes", 2));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(names = {"AFTER_OFFSETS", "AFTER_COMMIT", "COMMIT_TIMEOUT_COMMITTED"})
    void eachDeliveryIsMovedOnceToTheNextTierDespiteAFault(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "retry.500ms", 2));
    }

    private static void run(CrashPlan plan) throws Exception {
        try (TestInstallation installation = BROKER.installation(Map.of("KURIER_MOVE_BATCH", "40"));
                ChildProcess faulty = installation.crashing(PartProcess.SCHEDULER, plan)) {
            if (plan.point().kills()) {
                try (ChildProcess clean = installation.clean(PartProcess.SCHEDULER)) {
                    List<String> waiting = fillTiers(installation, faulty);
                    assertThat(faulty.awaitExit(ChildProcess.WAIT_LIMIT))
                            .as(faulty.output())
                            .isEqualTo(CrashingClients.EXIT_CODE);
                    clean.begin();
                    eachIsMovedOnce(installation, waiting, clean);
                }
            } else {
                List<String> waiting = fillTiers(installation, faulty);
                faulty.awaitLine(CrashingClients.LOST);
                eachIsMovedOnce(installation, waiting, faulty);
            }
        }
    }

    @Test
    void noMoveIsRepeatedWhenAFrozenOwnerCommitsLate() throws Exception {
        CrashPlan plan = new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "lanes", 2);
        try (TestInstallation installation = BROKER.installation(Map.of("KURIER_MOVE_BATCH", "40"));
                ChildProcess frozen = installation.crashing(PartProcess.SCHEDULER, plan);
                ChildProcess clean = installation.clean(PartProcess.SCHEDULER)) {
            List<String> waiting = fillTiers(installation, frozen);
            frozen.awaitLine(CrashingClients.HELD);
            frozen.freeze();
            clean.begin();
            installation.awaitOneOwner("retry-scheduler.tiers");
            frozen.thawAndCommit();
            eachIsMovedOnce(installation, waiting, clean);
        }
    }

    /** Half of the deliveries are due after the tier they are in, half after one or two more tiers. */
    private static List<String> fillTiers(TestInstallation installation, ChildProcess faulty) {
        faulty.begin();
        RecordCodec<Delivery> codec = installation.runtime.codec(Delivery.class);
        List<Delivery> deliveries = new ArrayList<>();
        for (Event event : installation.events(COUNT, 10)) {
            deliveries.add(waiting(event, "wh_" + deliveries.size() % 7, deliveries.size() % 2 == 0 ? 600 : 1_600));
        }
        installation.write(deliveries.stream()
                .map(delivery -> new ProducerRecord<>(
                        installation.runtime.topics().retry(delivery.getReason() == Waiting.RETRY ? "1s" : "500ms"),
                        TestInstallation.bytes(delivery.getWebhookId()),
                        codec.encode(delivery)))
                .toList());
        return deliveries.stream().map(Delivery::getId).toList();
    }

    private static Delivery waiting(Event event, String webhookId, int waitMs) {
        return new Delivery(
                Ids.delivery(event.getId(), webhookId),
                event,
                webhookId,
                0,
                1,
                1,
                System.currentTimeMillis() + waitMs,
                waitMs > 1_000 ? Waiting.RETRY : Waiting.POSTPONED,
                0L,
                false);
    }

    private static void eachIsMovedOnce(TestInstallation installation, List<String> waiting, ChildProcess child) {
        var topics = installation.runtime.topics();
        Awaitility.await("every delivery is moved")
                .atMost(ChildProcess.WAIT_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast("the child ended", child::assertAlive)
                .until(() -> installation.read(topics.lanes(), Delivery.class).size() >= waiting.size()
                        && installation.isSettled(topics.retry("500ms"), "retry-scheduler.tiers")
                        && installation.isSettled(topics.retry("1s"), "retry-scheduler.tiers"));
        assertThat(installation.read(topics.lanes(), Delivery.class))
                .as("lane records")
                .extracting(Delivery::getId)
                .containsExactlyInAnyOrderElementsOf(waiting);
    }
}
