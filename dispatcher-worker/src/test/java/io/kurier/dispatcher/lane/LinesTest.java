package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.offsets.Assignment;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tenant.OneOff;
import io.kurier.sender.AttemptResult;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static final WebhookUrl URL = WebhookUrl.parse("https://example.com/");

    private final Lines lines =
            new Lines(4, Samples.config().circuits(), new RunningTime(System::nanoTime), Samples.STILL);

    private Line oneOff(String id) {
        return lines.of(id, new OneOff(id, "acme", URL));
    }

    /** It knows something then that it does not forget by itself for minutes. */
    private static void fail(Line line) {
        line.circuit().ended(AttemptResult.answered(500, ""), false, 1, 1);
    }

    @Test
    void ofTooManyOneOffReceiversThoseUsedLongestAgoAreForgottenAndWebhooksNever() {
        Line webhook = lines.of("wh_registered");
        fail(webhook);
        for (int i = 0; i < Lines.MAX_ONE_OFFS + 10; i++) {
            fail(oneOff("wh_" + i));
        }
        Line usedAgain = oneOff("wh_0");
        Line forgotten = oneOff("wh_1");
        oneOff("wh_2");
        for (int i = 3; i < Lines.MAX_ONE_OFFS + 10; i++) {
            oneOff("wh_" + i);
        }
        oneOff("wh_0");

        lines.dropIdle(2);

        assertThat(lines.oneOffsOf("acme"))
                .hasSize(Lines.MAX_ONE_OFFS)
                .contains(usedAgain)
                .doesNotContain(forgotten);
        assertThat(lines.find("wh_registered")).isSameAs(webhook);
    }

    @Test
    void oneOffReceiversWithWorkAreKeptHoweverManyThereAre() {
        Assignment assignment = Samples.assignment();
        for (int i = 0; i < Lines.MAX_ONE_OFFS + 10; i++) {
            oneOff("wh_" + i).join(Samples.first(assignment, i, Samples.event("job-" + i, i)));
        }
        lines.dropIdle(2);
        assertThat(lines.oneOffsOf("acme")).hasSize(Lines.MAX_ONE_OFFS + 10);
    }
}
