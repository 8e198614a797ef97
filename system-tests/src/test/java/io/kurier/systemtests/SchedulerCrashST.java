package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scheduler dies, or loses the answer to its commit, at every step of a move; another one takes over. */
@Execution(ExecutionMode.CONCURRENT)
class SchedulerCrashST {
    private static final int COUNT = 300;
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
    void faultsOnTheWayToTheLaneMoveEachOnce(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "lanes", 2));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(names = {"AFTER_OFFSETS", "AFTER_COMMIT", "COMMIT_TIMEOUT_COMMITTED"})
    void faultsOnTheWayToTheNextTierMoveEachOnce(CrashPoint point) throws Exception {
        run(new CrashPlan(point, "retry.500ms", 2));
    }

    private static void run(CrashPlan plan) throws Exception {
        try (Scene scene = new Scene(broker, Map.of("KURIER_MOVE_BATCH", "40"));
                Child faulty = scene.crashing(PartProcess.SCHEDULER, plan)) {
            if (plan.point().kills()) {
                try (Child clean = scene.clean(PartProcess.SCHEDULER)) {
                    List<String> waiting = fillTiers(scene, faulty);
                    assertThat(faulty.awaitExit(PATIENCE)).as(faulty.output()).isEqualTo(CrashingClients.EXIT_CODE);
                    clean.go();
                    eachIsMovedOnce(scene, waiting, clean);
                }
            } else {
                List<String> waiting = fillTiers(scene, faulty);
                faulty.awaitLine("LOST");
                eachIsMovedOnce(scene, waiting, faulty);
            }
        }
    }

    @Test
    void aFrozenOwnerThatCommitsLateMakesItsSuccessorRepeatNothing() throws Exception {
        CrashPlan plan = new CrashPlan(CrashPoint.HELD_BEFORE_COMMIT, "lanes", 2);
        try (Scene scene = new Scene(broker, Map.of("KURIER_MOVE_BATCH", "40"));
                Child frozen = scene.crashing(PartProcess.SCHEDULER, plan);
                Child clean = scene.clean(PartProcess.SCHEDULER)) {
            List<String> waiting = fillTiers(scene, frozen);
            frozen.awaitLine("HELD");
            frozen.freeze();
            clean.go();
            scene.awaitOneOwner("retry-scheduler.tiers");
            frozen.thaw();
            frozen.sendLine().awaitLine("COMMITTED LATE");
            eachIsMovedOnce(scene, waiting, clean);
        }
    }

    /** Half of them are due after the tier they are in, half after one or two more. */
    private static List<String> fillTiers(Scene scene, Child faulty) {
        faulty.go();
        RecordCodec<Delivery> codec = scene.runtime.codec(Delivery.class);
        List<Delivery> deliveries = new ArrayList<>();
        for (Event event : scene.events(COUNT, 10)) {
            deliveries.add(waiting(event, "wh_" + deliveries.size() % 7, deliveries.size() % 2 == 0 ? 600 : 1_600));
        }
        scene.write(deliveries.stream()
                .map(delivery -> new ProducerRecord<>(
                        scene.runtime.topics().retry(delivery.getReason() == Waiting.RETRY ? "1s" : "500ms"),
                        Scene.bytes(delivery.getWebhookId()),
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

    private static void eachIsMovedOnce(Scene scene, List<String> waiting, Child child) {
        var topics = scene.runtime.topics();
        Awaitility.await("all is moved")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .failFast("the child ended", child::mustLive)
                .until(() -> scene.read(topics.lanes(), Delivery.class).size() >= waiting.size()
                        && scene.isSettled(topics.retry("500ms"), "retry-scheduler.tiers")
                        && scene.isSettled(topics.retry("1s"), "retry-scheduler.tiers"));
        assertThat(scene.read(topics.lanes(), Delivery.class))
                .as("lane records")
                .extracting(Delivery::getId)
                .containsExactlyInAnyOrderElementsOf(waiting);
    }
}
