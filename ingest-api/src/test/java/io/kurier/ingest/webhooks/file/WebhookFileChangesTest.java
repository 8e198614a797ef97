package io.kurier.ingest.webhooks.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.ingest.control.MemoryControlPlane;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.ReplayOrder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookFileChangesTest {
    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final WebhookFileChanges changes =
            new WebhookFileChanges(plane.webhooks.topic(), plane.orders, plane.clock);

    /** As {@code base} says, under the control of the file. */
    private Webhook inFile(Webhook base) {
        Webhook webhook = base.with().file("name-" + base.id()).build();
        plane.webhooks.put(webhook.id(), webhook);
        return webhook;
    }

    private static WebhookFile.Declared wanted(Webhook webhook) {
        return new WebhookFile.Declared(webhook, Duration.ZERO, 1);
    }

    @Test
    void webhooksThatTheFileNoLongerNamesGoWithTheOrdersThatDiscardWhatIsHeld() throws Exception {
        Webhook kept = inFile(plane.webhook("wh_kept", "acme"));
        inFile(plane.webhook("wh_active", "acme"));
        inFile(plane.pausedWebhook("wh_paused", "acme"));
        plane.pausedWebhook("wh_of_the_api", "acme");

        assertThat(changes.apply(List.of(wanted(kept)))).isEqualTo(new WebhookFileChanges.Summary(0, 0, 2));
        assertThat(plane.webhooks.table.values())
                .extracting(Webhook::id)
                .containsExactlyInAnyOrder("wh_kept", "wh_of_the_api");
        assertThat(plane.webhooks.written).as("one transaction").hasSize(1);
        assertThat(plane.ordered()).extracting(ReplayOrder::getWebhookId).containsExactly("wh_paused");
    }

    @Test
    void aFileThatIsAlreadyAppliedWritesNothing() throws Exception {
        Webhook kept = inFile(plane.webhook("wh_kept", "acme"));
        assertThat(changes.apply(List.of(wanted(kept))).isEmpty()).isTrue();
        assertThat(plane.webhooks.written).isEmpty();
    }

    @Test
    void aChangeKeepsTheStateThatTheApiGave() throws Exception {
        Webhook paused = inFile(plane.pausedWebhook("wh_1", "acme"));
        Webhook asked =
                paused.with().description("new").state(Webhook.State.ACTIVE).build();
        assertThat(changes.apply(List.of(wanted(asked)))).isEqualTo(new WebhookFileChanges.Summary(0, 1, 0));
        Webhook changed = plane.webhooks.table.get("wh_1").orElseThrow();
        assertThat(changed.description()).isEqualTo("new");
        assertThat(changed.state()).isEqualTo(paused.state());
        assertThat(changed.revision()).isEqualTo(paused.revision() + 1);
    }
}
