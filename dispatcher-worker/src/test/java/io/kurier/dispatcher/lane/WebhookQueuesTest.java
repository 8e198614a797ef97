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

    private final WebhookQueues lines =
            new WebhookQueues(4, Samples.config().circuits(), new PauseTolerantClock(System::nanoTime), Samples.STILL);

    private WebhookQueue oneOff(String id) {
        return lines.of(id, new AdHocWebhook(id, "acme", URL));
    }

    /** It knows something then that it does not forget by itself for minutes. */
    private static void fail(WebhookQueue line) {
        line.circuit().ended(AttemptResult.answered(500, ""), false, 1, 1);
    }

    @Test
    void ofTooManyOneOffReceiversThoseUsedLongestAgoAreForgottenAndWebhooksNever() {
        WebhookQueue webhook = lines.of("wh_registered");
        fail(webhook);
        for (int i = 0; i < WebhookQueues.MAX_ONE_OFFS + 10; i++) {
            fail(oneOff("wh_" + i));
        }
        WebhookQueue usedAgain = oneOff("wh_0");
        WebhookQueue forgotten = oneOff("wh_1");
        oneOff("wh_2");
        for (int i = 3; i < WebhookQueues.MAX_ONE_OFFS + 10; i++) {
            oneOff("wh_" + i);
        }
        oneOff("wh_0");

        lines.dropIdle(2);

        assertThat(lines.oneOffsOf("acme"))
                .hasSize(WebhookQueues.MAX_ONE_OFFS)
                .contains(usedAgain)
                .doesNotContain(forgotten);
        assertThat(lines.find("wh_registered")).isSameAs(webhook);
    }

    @Test
    void oneOffReceiversWithWorkAreKeptHoweverManyThereAre() {
        PartitionAssignment assignment = Samples.assignment();
        for (int i = 0; i < WebhookQueues.MAX_ONE_OFFS + 10; i++) {
            oneOff("wh_" + i).join(Samples.first(assignment, i, Samples.event("job-" + i, i)));
        }
        lines.dropIdle(2);
        assertThat(lines.oneOffsOf("acme")).hasSize(WebhookQueues.MAX_ONE_OFFS + 10);
    }
}
