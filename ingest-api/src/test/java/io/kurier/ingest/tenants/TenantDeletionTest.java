package io.kurier.ingest.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.ingest.control.MemoryControlPlane;
import io.kurier.ingest.eventtypes.EventTypeChanges;
import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.schemas.EventTypeRecord;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantDeletionTest {
    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final TenantDeletion deletion = new TenantDeletion(
            plane.tenantChanges, new EventTypeChanges(plane.eventTypes.topic()), plane.webhookChanges, plane.clock);

    @BeforeEach
    void register() throws Exception {
        for (String tenant : new String[] {"acme", "other"}) {
            plane.tenant(tenant);
            plane.key("key_" + tenant, tenant);
            plane.eventTypes.put(tenant + "/a", new EventTypeRecord(tenant, "a", "", null, null, 0L, 0L));
            plane.pausedWebhook("wh_" + tenant, tenant);
        }
    }

    private int delete() throws Exception {
        return deletion.run("acme", any -> {});
    }

    private void assertGone() {
        assertThat(plane.tenants.all()).extracting(Tenant::id).containsExactly("other");
        assertThat(plane.tenants.keysOf("acme")).isEmpty();
        assertThat(plane.webhooks.table.values())
                .extracting(webhook -> webhook.tenant())
                .containsOnly("other");
        assertThat(plane.eventTypes.table.values())
                .extracting(EventTypeRecord::getTenant)
                .containsOnly("other");
    }

    @Test
    void allOfATenantGoesAndOthersStay() throws Exception {
        assertThat(delete()).isZero();
        assertGone();
        assertThat(plane.tenants.keysOf("other")).hasSize(1);
        assertThat(plane.ordered()).singleElement().satisfies(order -> {
            assertThat(order.getTenant()).isEqualTo("acme");
            assertThat(order.getWebhookId()).isNull();
        });
    }

    @Test
    void writersTakeOverAnewAfterTheMarkSoThatNoRunningChangeIsOverlooked() throws Exception {
        delete();
        assertThat(plane.webhooks.takenOver()).isEqualTo(1);
        assertThat(plane.eventTypes.takenOver()).isEqualTo(1);
    }

    @Test
    void manyWebhooksGoInStepsUntilTheTimeIsUpAndTheNextRequestGoesOn() throws Exception {
        int all = 3 * TenantDeletion.WEBHOOKS_PER_TRANSACTION;
        for (int i = 1; i < all; i++) {
            plane.webhook("wh_" + i, "acme");
        }
        plane.clock.takeForEachReading(Duration.ofSeconds(5));
        assertThat(delete()).isEqualTo(2 * TenantDeletion.WEBHOOKS_PER_TRANSACTION);
        assertThat(plane.tenants.get("acme").orElseThrow().deleting()).isTrue();
        assertThat(plane.tenants.keysOf("acme")).isEmpty();
        assertThat(plane.ordered()).hasSize(1);

        plane.clock.takeForEachReading(Duration.ZERO);
        assertThat(delete()).isZero();
        assertGone();
        assertThat(plane.ordered()).hasSize(3);
    }

    /** Fails at each of the writes in turn. */
    @Test
    void aDeletionThatFailsAnywhereIsFinishedByTheNextRequest() throws Exception {
        plane.tenantTopic.fail(1);
        failsBecauseOfKafka();
        assertThat(plane.tenants.get("acme").orElseThrow().deleting()).isFalse();
        plane.eventTypes.fail(1);
        failsBecauseOfKafka();
        plane.webhooks.fail(1);
        failsBecauseOfKafka();
        assertThat(plane.tenants.get("acme").orElseThrow().deleting()).isTrue();
        assertThat(plane.ordered()).isEmpty();

        // the last write, which takes the mark away
        plane.webhooks.beforeNextDecision(() -> plane.tenantTopic.fail(1));
        failsBecauseOfKafka();
        assertThat(plane.ordered()).as("with the webhooks, before the end").hasSize(1);
        assertThat(delete()).isZero();
        assertGone();
        assertThat(plane.ordered()).hasSize(1);
    }

    @Test
    void aRefusedTenantKeepsEverything() {
        assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(() -> deletion.run("acme", tenant -> {
                    throw Problem.of(412, "changed").refused();
                }));
        assertThat(plane.tenants.get("acme").orElseThrow().deleting()).isFalse();
        assertThat(plane.tenants.keysOf("acme")).hasSize(1);
        assertThat(plane.webhooks.table.get("wh_acme")).isPresent();
    }

    @Test
    void theDefaultTenantAndUnknownOnesAreRefused() {
        assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(() -> deletion.run(Tenant.DEFAULT, any -> {}))
                .satisfies(e -> assertThat(e.problem().status()).isEqualTo(409));
        assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(() -> deletion.run("missing", any -> {}))
                .satisfies(e -> assertThat(e.problem().status()).isEqualTo(404));
    }

    private void failsBecauseOfKafka() {
        assertThatExceptionOfType(ChangeWriter.UnavailableException.class).isThrownBy(this::delete);
    }
}
