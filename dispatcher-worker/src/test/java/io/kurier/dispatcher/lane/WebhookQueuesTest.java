package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.sender.AttemptResult;
import org.junit.jupiter.api.Test;

class WebhookQueuesTest {
    private static final WebhookUrl URL = WebhookUrl.parse("https://example.com/");

    private final WebhookQueues<DirectQueue> queues = new WebhookQueues<>(Samples::queue);

    private DirectQueue adHoc(String id) {
        return queues.of(id, new AdHocWebhook(id, "acme", URL));
    }

    /** The queue then knows something that it keeps for minutes. */
    private static void fail(WebhookQueue queue) {
        queue.circuit().ended(AttemptResult.answered(500, ""), false, 1, 1);
    }

    @Test
    void tooManyAdHocQueuesLoseTheLongestUnusedAndRegisteredOnesStay() {
        DirectQueue webhook = queues.of("wh_registered");
        fail(webhook);
        for (int i = 0; i < WebhookQueues.MAX_AD_HOC + 10; i++) {
            fail(adHoc("wh_" + i));
        }
        DirectQueue usedAgain = adHoc("wh_0");
        DirectQueue forgotten = adHoc("wh_1");
        adHoc("wh_2");
        for (int i = 3; i < WebhookQueues.MAX_AD_HOC + 10; i++) {
            adHoc("wh_" + i);
        }
        adHoc("wh_0");

        queues.dropIdle(2);

        assertThat(queues.adHocOf("acme"))
                .hasSize(WebhookQueues.MAX_AD_HOC)
                .contains(usedAgain)
                .doesNotContain(forgotten);
        assertThat(queues.find("wh_registered")).isSameAs(webhook);
    }

    @Test
    void adHocQueuesWithDeliveriesAreKeptHoweverManyThereAre() {
        PartitionAssignment assignment = Samples.assignment();
        for (int i = 0; i < WebhookQueues.MAX_AD_HOC + 10; i++) {
            adHoc("wh_" + i).add(Samples.first(assignment, i, Samples.event("job-" + i, i)));
        }
        queues.dropIdle(2);
        assertThat(queues.adHocOf("acme")).hasSize(WebhookQueues.MAX_AD_HOC + 10);
    }
}
