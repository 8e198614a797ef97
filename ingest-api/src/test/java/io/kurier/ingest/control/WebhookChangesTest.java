package io.kurier.ingest.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.schemas.ReplayFrom;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookChangesTest {
    private static final CallerSnapshot OPERATOR = new CallerSnapshot(null, "acme", false);
    private static final Webhook.State PAUSED = new Webhook.State(Webhook.Kind.PAUSED, "");

    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final WebhookChanges changes = plane.webhookChanges;

    @Test
    void deletingAPausedWebhookOrdersItsReleaseInTheSameTransaction() throws Exception {
        plane.pausedWebhook("wh_1", "acme");
        changes.delete("wh_1", any -> {});

        assertThat(plane.webhooks.table.get("wh_1")).isEmpty();
        assertThat(plane.webhooks.written).singleElement().satisfies(decision -> {
            assertThat(decision.values()).containsOnlyKeys("wh_1").containsValue(null);
            assertThat(decision.additions())
                    .extracting(ChangeWriter.Addition::topic)
                    .containsExactly("replays");
        });
        assertThat(plane.ordered()).singleElement().satisfies(order -> {
            assertThat(order.getFrom()).isEqualTo(ReplayFrom.HELD);
            assertThat(order.getTenant()).isEqualTo("acme");
            assertThat(order.getWebhookId()).isEqualTo("wh_1");
            assertThat(order.getRatePerSecond()).isEqualTo(MemoryControlPlane.RELEASES_PER_SECOND);
            assertThat(order.getCreatedAtMs()).isEqualTo(plane.clock.millis());
            assertThat(order.getBeginsAtMs() - plane.clock.millis())
                    .as("workers obey the deletion 6 s after a transaction that may stay open for 10 s")
                    .isEqualTo(16_000);
        });
    }

    @Test
    void aReleaseByItselfBeginsWhenWorkersObeyTheChangeBeforeIt() throws Exception {
        Webhook webhook = plane.webhook("wh_1", "acme");
        String id = plane.orders.release(webhook);
        assertThat(plane.replays.table.get(id)).isPresent();
        assertThat(plane.ordered()).singleElement().satisfies(order -> assertThat(order.getBeginsAtMs())
                .isEqualTo(plane.clock.millis() + 6_000));
    }

    @Test
    void aWebhookThatWasAlwaysActiveNeedsNoOrder() throws Exception {
        plane.webhook("wh_1", "acme");
        changes.delete("wh_1", any -> {});
        assertThat(plane.webhooks.table.get("wh_1")).isEmpty();
        assertThat(plane.ordered()).isEmpty();
    }

    /** It was enabled without the release of what was held. */
    @Test
    void anActiveWebhookThatWasPausedOnceNeedsAnOrder() throws Exception {
        Webhook active = plane.pausedWebhook("wh_1", "acme").in(Webhook.State.ACTIVE);
        plane.webhooks.put("wh_1", active);
        changes.delete("wh_1", any -> {});
        assertThat(plane.ordered()).hasSize(1);
    }

    @Test
    void aWebhookThatIsPausedFromTheFirstNeedsAnOrder() throws Exception {
        Webhook webhook = plane.webhook("wh_1", "acme");
        plane.webhooks.put("wh_1", webhook.with().state(PAUSED).build());
        changes.delete("wh_1", any -> {});
        assertThat(plane.ordered()).hasSize(1);
    }

    @Test
    void aWebhookThatAnotherApiPausesBeforeTheDecisionNeedsAnOrder() throws Exception {
        Webhook webhook = plane.webhook("wh_1", "acme");
        plane.webhooks.beforeNextDecision(() -> plane.webhooks.put("wh_1", webhook.in(PAUSED)));
        changes.delete("wh_1", any -> {});
        assertThat(plane.ordered()).hasSize(1);
    }

    @Test
    void aWebhookThatAnotherApiDeletesBeforeTheDecisionIsNotFoundAndOrdersNothing() {
        plane.pausedWebhook("wh_1", "acme");
        plane.webhooks.beforeNextDecision(() -> plane.webhooks.put("wh_1", null));
        refused(404, () -> changes.delete("wh_1", any -> {}));
        assertThat(plane.ordered()).isEmpty();
    }

    @Test
    void aCheckThatRefusesKeepsTheWebhook() {
        plane.pausedWebhook("wh_1", "acme");
        refused(
                412,
                () -> changes.delete("wh_1", webhook -> {
                    throw Problem.of(412, "changed").refused();
                }));
        assertThat(plane.webhooks.table.get("wh_1")).isPresent();
        assertThat(plane.ordered()).isEmpty();
    }

    @Test
    void aTenantsWebhooksGoInStepsEachWithAnOrderForAllOfTheTenant() throws Exception {
        plane.webhook("wh_1", "acme");
        plane.pausedWebhook("wh_2", "acme");
        plane.webhook("wh_3", "acme");
        plane.pausedWebhook("wh_4", "other");

        assertThat(changes.deleteSome("acme", 2)).isEqualTo(1);
        assertThat(plane.ordered()).hasSize(1);
        assertThat(changes.deleteSome("acme", 2)).isZero();
        assertThat(plane.ordered()).hasSize(2).allSatisfy(order -> {
            assertThat(order.getTenant()).isEqualTo("acme");
            assertThat(order.getWebhookId()).isNull();
        });
        assertThat(changes.deleteSome("acme", 2)).isZero();
        assertThat(plane.ordered()).as("nothing deleted, nothing ordered").hasSize(2);
        assertThat(plane.webhooks.table.values()).extracting(Webhook::id).containsExactly("wh_4");
    }

    @Test
    void aChangeIsMadeOnTheWebhookAsItIsWhenDecided() throws Exception {
        Webhook before = plane.webhook("wh_1", "acme");
        plane.webhooks.beforeNextDecision(() -> plane.webhooks.put(
                "wh_1",
                before.with().description("of another API").nextRevision().build()));
        Webhook made = changes.change("wh_1", webhook -> webhook.in(PAUSED));
        assertThat(made.description()).isEqualTo("of another API");
        assertThat(made.revision()).isEqualTo(3);
        assertThat(plane.webhooks.table.get("wh_1")).contains(made);
    }

    @Test
    void aNewWebhookGetsTheOffsetOfItsRecordAsItsNumber() throws Exception {
        plane.webhook("wh_1", "other");
        changes.register(unregistered("wh_2"), OPERATOR);
        assertThat(plane.webhooks.table.get("wh_2").orElseThrow().number()).isEqualTo(1);
    }

    @Test
    void aWebhookBeyondTheQuotaIsRefusedWithTheLimit() throws Exception {
        MemoryControlPlane limited = new MemoryControlPlane(1);
        limited.webhookChanges.register(unregistered("wh_1"), OPERATOR);
        assertThat(refused(409, () -> limited.webhookChanges.register(unregistered("wh_2"), OPERATOR)))
                .contains("acme has 1 webhooks", "quota.webhooks is 1");
    }

    @Test
    void aKeyThatIsRevokedBeforeTheDecisionMakesNothing() throws Exception {
        plane.tenant("acme");
        ApiKey key = plane.key("key_1", "acme");
        plane.tenantChanges.revoke(key);
        refused(401, () -> changes.register(unregistered("wh_1"), new CallerSnapshot(key, "acme", true)));
        assertThat(plane.webhooks.table.values()).isEmpty();
    }

    @Test
    void aTenantThatIsGoneOrGoingGetsNoWebhook() throws Exception {
        CallerSnapshot caller = new CallerSnapshot(null, "acme", true);
        refused(404, () -> changes.register(unregistered("wh_1"), caller));
        plane.tenant("acme");
        plane.tenantChanges.beginDeleting("acme", any -> {});
        for (CallerSnapshot each : List.of(caller, OPERATOR)) {
            refused(409, () -> changes.register(unregistered("wh_1"), each));
        }
        assertThat(plane.webhooks.table.values()).isEmpty();
    }

    private Webhook unregistered(String id) {
        Webhook webhook = new MemoryControlPlane().webhook(id, "acme");
        assertThat(webhook.revision()).isEqualTo(1);
        return webhook;
    }

    private interface Call {
        void run() throws ChangeWriter.UnavailableException, InterruptedException;
    }

    private static String refused(int status, Call call) {
        Problem problem = assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(call::run)
                .actual()
                .problem();
        assertThat(problem.status()).as(problem.detail()).isEqualTo(status);
        return problem.detail();
    }
}
