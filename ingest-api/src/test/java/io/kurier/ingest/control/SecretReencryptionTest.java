package io.kurier.ingest.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.webhook.Webhook;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretReencryptionTest {
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final Set<String> byFormerKeys = new TreeSet<>();
    private final ManualTasks tasks = new ManualTasks();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final SecretReencryption reencryption = new SecretReencryption(
            plane.webhooks.table, () -> Set.copyOf(byFormerKeys), plane.webhookChanges, tasks, new Random(4));

    @BeforeEach
    void start() {
        plane.webhooks.table.listen((id, webhook) -> {
            if (webhook != null && plane.webhooks.written.isEmpty()) {
                byFormerKeys.add(id);
            }
        });
        reencryption.start(PAUSE, metrics);
    }

    private double gauge() {
        return metrics.get("kurier.webhooks.former.key").gauge().value();
    }

    /** The table tells of a record that the current key encrypted. */
    private void run() {
        int before = plane.webhooks.written.size();
        tasks.runRepeated();
        plane.webhooks.written.stream()
                .skip(before)
                .forEach(decision -> byFormerKeys.removeAll(decision.values().keySet()));
    }

    @Test
    void itRunsAtItsPaceFromARandomMoment() {
        assertThat(tasks.repeated).singleElement().satisfies(task -> {
            assertThat(task.first()).isBetween(Duration.ofMillis(1), PAUSE);
            assertThat(task.pause()).isEqualTo(PAUSE);
        });
    }

    @Test
    void aWebhookOfAFormerKeyIsWrittenAgainAsItIs() {
        Webhook webhook = plane.webhook("wh_1", "acme");
        assertThat(gauge()).isEqualTo(1);
        run();
        assertThat(plane.webhooks.written).singleElement().satisfies(decision -> assertThat(decision.values())
                .containsOnlyKeys("wh_1"));
        assertThat(plane.webhooks.table.get("wh_1")).contains(webhook);
        assertThat(gauge()).isZero();
        run();
        assertThat(plane.webhooks.written).hasSize(1);
    }

    @Test
    void oneRunRewritesABoundedNumber() {
        int all = SecretReencryption.BATCH + 5;
        for (int i = 0; i < all; i++) {
            plane.webhook("wh_" + i, "acme");
        }
        run();
        assertThat(plane.webhooks.written).hasSize(SecretReencryption.BATCH);
        assertThat(gauge()).isEqualTo(5);
        run();
        assertThat(plane.webhooks.written).hasSize(all);
        assertThat(gauge()).isZero();
    }

    @Test
    void deletedWebhooksAreNeitherCountedNorBroughtBack() {
        plane.webhook("wh_1", "acme");
        plane.webhook("wh_2", "acme");
        plane.webhooks.put("wh_2", null);
        assertThat(gauge()).isEqualTo(1);
        plane.webhooks.beforeNextDecision(() -> plane.webhooks.put("wh_1", null));
        run();
        assertThat(plane.webhooks.table.values()).isEmpty();
        assertThat(gauge()).isZero();
    }

    @Test
    void whileKafkaIsAwayTheRestWaitsForTheNextRun() {
        plane.webhook("wh_1", "acme");
        plane.webhooks.fail(1);
        run();
        assertThat(gauge()).isEqualTo(1);
        run();
        assertThat(gauge()).isZero();
    }
}
