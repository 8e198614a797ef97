package io.kurier.dispatcher.expression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.expressions.Condition;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.PayloadSettings;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionFilterTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long nowNanos;
    private final ExpressionBudget time = new ExpressionBudget(() -> nowNanos);
    private final ConditionFilter conditions = new ConditionFilter(time, metrics);
    private final Webhook plain = Samples.webhook(1, "https://example.com/");

    private Webhook when(long number, String text) {
        Webhook webhook = Samples.webhook(number, "https://example.com/")
                .with()
                .content(new PayloadSettings(CustomHeaders.NONE, false, text, null))
                .build();
        conditions.put(webhook.id(), ConditionFilter.compiled(webhook, System::nanoTime));
        return webhook;
    }

    private List<Webhook> selected(List<Webhook> matches, Event event) {
        return conditions.select(matches, event, new ConditionFilter.HeldBack()).webhooks();
    }

    private double failures() {
        return metrics.counter("kurier.when.failures").count();
    }

    @Test
    void withoutConditionsTheMatchesAreTheAnswer() {
        List<Webhook> matches = List.of(plain);

        assertThat(selected(matches, Samples.event("job-1", 1))).isSameAs(matches);
        when(2, "true");
        assertThat(selected(matches, Samples.event("job-1", 1))).isSameAs(matches);
    }

    @Test
    void webhooksWhoseConditionIsTrueAreKeptInTheirOrder() {
        Webhook one = when(2, "data.n == 1");
        Webhook two = when(3, "data.n == 2");
        Webhook broken = when(4, "data.missing == 2");
        Webhook unreadable = when(5, "data.n ==");
        List<Webhook> matches = List.of(plain, one, two, broken, unreadable);

        assertThat(selected(matches, Samples.event("job-1", 1))).containsExactly(plain, one);
        assertThat(failures()).isEqualTo(2);
        assertThat(selected(matches, Samples.event("job-1", 2))).containsExactly(plain, two);
    }

    @Test
    void conditionsOfHeldBackEventsAreEvaluatedOnceUnlessTheyChange() {
        Webhook broken = when(2, "data.missing == 2");
        List<Webhook> matches = List.of(plain, broken);
        Event one = Samples.event("job-1", 1);
        Event other = Samples.event("job-2", 1);
        ConditionFilter.HeldBack ofOne = new ConditionFilter.HeldBack();
        ConditionFilter.HeldBack ofOther = new ConditionFilter.HeldBack();

        for (int turn = 0; turn < 3; turn++) {
            assertThat(conditions.select(matches, one, ofOne).webhooks()).containsExactly(plain);
            assertThat(conditions.select(matches, other, ofOther).webhooks()).containsExactly(plain);
        }
        assertThat(failures()).isEqualTo(2);
        conditions.put(broken.id(), ConditionFilter.compiled(broken, System::nanoTime));
        conditions.select(matches, one, ofOne);
        assertThat(failures()).isEqualTo(3);
        conditions.put(broken.id(), null);
        assertThat(conditions.select(matches, one, ofOne).webhooks()).isSameAs(matches);
    }

    @Test
    void conditionsOfATenantOverBudgetAreEvaluatedLater() {
        Webhook no = when(2, "data.n == 2");
        Webhook slow = Samples.webhook(3, "https://example.com/");
        conditions.put(slow.id(), facts -> {
            nowNanos += 25_000_000;
            return new Condition.Result.Value(true);
        });
        Webhook late = when(4, "data.n == 2");

        ConditionFilter.Selection found = conditions.select(
                List.of(plain, no, slow, late), Samples.event("job-1", 1), new ConditionFilter.HeldBack());

        assertThat(found.webhooks()).containsExactly(plain, slow, late);
        assertThat(found.conditionPending()).containsExactly(late.id());
        assertThat(conditions.isOverBudget(late)).isTrue();
        assertThat(conditions.isOverBudget(plain)).isFalse();
    }

    /** Somebody wrote it to the topic; the worker must not stop at it, nor the next one. */
    @Test
    void aConditionOnDataThatIsNotJsonFails() {
        Webhook when = when(2, "data.n == 1");
        List<Webhook> matches = List.of(plain, when);

        for (String data : List.of("", "no JSON", "[".repeat(100_000))) {
            Event event = Samples.event("job-1", 1);
            event.setData(ByteBuffer.wrap(data.getBytes(UTF_8)));
            assertThat(selected(matches, event)).containsExactly(plain);
        }
        assertThat(failures()).isEqualTo(3);
    }
}
