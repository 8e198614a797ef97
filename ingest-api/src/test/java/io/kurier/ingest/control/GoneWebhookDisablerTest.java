package io.kurier.ingest.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GoneWebhookDisablerTest {
    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final MemoryTopic<CircuitRecord> circuits = new MemoryTopic<>("circuits");
    private final ManualTasks tasks = new ManualTasks();
    private final GoneWebhookDisabler disabler =
            new GoneWebhookDisabler(plane.webhooks.table, plane.webhookChanges, tasks, new Random(4));

    private void report(CircuitWhy why, long revision) {
        circuits.put("wh_1", new CircuitRecord("wh_1", revision, why, "answered 410", 0L, 0L));
    }

    private Webhook.State state() {
        return plane.webhooks.table.get("wh_1").orElseThrow().state();
    }

    @Test
    void aWebhookWhoseReceiverIsGoneIsDisabledWithTheReason() {
        plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.GONE, 1);
        assertThat(state()).isEqualTo(Webhook.State.ACTIVE);
        tasks.runScheduled();
        assertThat(state()).isEqualTo(new Webhook.State(Webhook.Kind.DISABLED, "answered 410"));
        assertThat(plane.webhooks.table.get("wh_1").orElseThrow().revision()).isEqualTo(2);
    }

    @Test
    void aCircuitReportedBeforeTheStartCountsToo() {
        plane.webhook("wh_1", "acme");
        report(CircuitWhy.GONE, 1);
        disabler.start(circuits.table);
        tasks.runScheduled();
        assertThat(state().kind()).isEqualTo(Webhook.Kind.DISABLED);
    }

    @Test
    void processesActAtDifferentMomentsWithinASecond() {
        disabler.start(circuits.table);
        for (int i = 0; i < 20; i++) {
            report(CircuitWhy.GONE, 1);
        }
        var delays = tasks.take().stream().map(ManualTasks.Scheduled::delay).toList();
        assertThat(delays).allMatch(delay -> delay.compareTo(GoneWebhookDisabler.SPREAD) < 0);
        assertThat(delays.stream().distinct().count()).isGreaterThan(10);
    }

    @Test
    void failuresAndClosedCircuitsDisableNothing() {
        plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.FAILURES, 1);
        circuits.put("wh_1", null);
        assertThat(tasks.take()).isEmpty();
        assertThat(state()).isEqualTo(Webhook.State.ACTIVE);
    }

    @Test
    void aWebhookThatWasChangedSinceStaysActive() {
        Webhook webhook = plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.GONE, 1);
        plane.webhooks.put("wh_1", webhook.with().nextRevision().build());
        tasks.runScheduled();
        assertThat(state()).isEqualTo(Webhook.State.ACTIVE);
        assertThat(plane.webhooks.written).as("nothing is written either").isEmpty();
    }

    @Test
    void aWebhookThatIsChangedBeforeTheDecisionStaysActive() {
        Webhook webhook = plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.GONE, 1);
        plane.webhooks.beforeNextDecision(
                () -> plane.webhooks.put("wh_1", webhook.with().nextRevision().build()));
        tasks.runScheduled();
        assertThat(state()).isEqualTo(Webhook.State.ACTIVE);
    }

    @Test
    void aDeletedWebhookStaysDeleted() {
        plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.GONE, 1);
        plane.webhooks.beforeNextDecision(() -> plane.webhooks.put("wh_1", null));
        tasks.runScheduled();
        assertThat(plane.webhooks.table.get("wh_1")).isEmpty();
        assertThat(tasks.take()).isEmpty();
    }

    @Test
    void whileKafkaIsAwayTheChangeIsTriedAgainEveryFiveSeconds() {
        plane.webhook("wh_1", "acme");
        disabler.start(circuits.table);
        report(CircuitWhy.GONE, 1);
        plane.webhooks.fail(2);
        for (int i = 0; i < 2; i++) {
            tasks.runScheduled();
            assertThat(state()).isEqualTo(Webhook.State.ACTIVE);
            var again = tasks.take();
            assertThat(again).extracting(ManualTasks.Scheduled::delay).containsExactly(Duration.ofSeconds(5));
            tasks.schedule(again.get(0).delay(), again.get(0).task());
        }
        tasks.runScheduled();
        assertThat(state().kind()).isEqualTo(Webhook.Kind.DISABLED);
    }

    @Test
    void closingEndsTheTasks() {
        disabler.close();
        assertThat(tasks.closed).isTrue();
    }
}
