package io.kurier.dispatcher.expression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.delivery.SharedEvent;
import io.kurier.expressions.Transform;
import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.signing.Signing;
import io.kurier.model.webhook.Webhook;
import org.junit.jupiter.api.Test;

class PayloadRendererTest {
    private static final long MILLI = 1_000_000;

    private final Webhook slow = webhook(1, "acme");
    private final Webhook siblings = webhook(2, "acme");
    private final Webhook others = webhook(3, "other");
    private final Webhook plain = webhook(4, "acme");
    private final SharedEvent event = new SharedEvent(Samples.event("job-1", 1));

    private long nowNanos;
    private final PayloadRenderer bodies = new PayloadRenderer(new ExpressionBudget(() -> nowNanos));

    private static Webhook webhook(int number, String tenant) {
        return Webhook.of(
                        Ids.webhook(number),
                        tenant,
                        WebhookUrl.parse("https://example.com/"),
                        Signing.with(Samples.SECRET))
                .number(number)
                .revision(1)
                .build();
    }

    private PayloadRenderer.Rendering taking(long nanos) {
        return facts -> {
            nowNanos += nanos;
            return new Transform.Result.Body("{}".getBytes(UTF_8));
        };
    }

    private void pass(long millis) {
        nowNanos += millis * MILLI;
    }

    @Test
    void slowTransformsUseUpTheirTenantsBudget() {
        bodies.put(slow.id(), taking(25 * MILLI));
        bodies.put(siblings.id(), taking(1));
        bodies.put(others.id(), taking(1));

        assertThat(bodies.isOverBudget(slow)).isFalse();
        assertThat(bodies.of(slow, event)).isInstanceOf(Transform.Result.Body.class);
        assertThat(bodies.isOverBudget(slow)).isTrue();
        assertThat(bodies.isOverBudget(siblings)).isTrue();
        assertThat(bodies.isOverBudget(others)).isFalse();
        assertThat(bodies.isOverBudget(plain)).isFalse();
        pass(101);
        assertThat(bodies.isOverBudget(slow)).isFalse();
    }
}
