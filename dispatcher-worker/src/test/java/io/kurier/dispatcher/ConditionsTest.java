package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Content;
import io.kurier.model.CustomHeaders;
import io.kurier.model.Webhook;
import io.kurier.schemas.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Conditions conditions = new Conditions(metrics);
    private final Webhook plain = Samples.webhook(1, "https://example.com/");

    private Webhook when(long number, String text) {
        Webhook webhook = Samples.webhook(number, "https://example.com/")
                .with()
                .content(new Content(CustomHeaders.NONE, false, text))
                .build();
        conditions.put(webhook.id(), Conditions.compiled(webhook));
        return webhook;
    }

    private double failures() {
        return metrics.counter("kurier.when.failures").count();
    }

    @Test
    void withoutConditionsTheMatchesAreTheAnswer() {
        List<Webhook> matches = List.of(plain);

        assertThat(conditions.wanting(matches, Samples.event("job-1", 1))).isSameAs(matches);
        when(2, "true");
        assertThat(conditions.wanting(matches, Samples.event("job-1", 1))).isSameAs(matches);
    }

    @Test
    void onlyThoseAreLeftOfWhichItIsTrueInTheirOrder() {
        Webhook one = when(2, "data.n == 1");
        Webhook two = when(3, "data.n == 2");
        Webhook broken = when(4, "data.missing == 2");
        Webhook unreadable = when(5, "data.n ==");
        List<Webhook> matches = List.of(plain, one, two, broken, unreadable);

        assertThat(conditions.wanting(matches, Samples.event("job-1", 1))).containsExactly(plain, one);
        assertThat(failures()).isEqualTo(2);
        assertThat(conditions.wanting(matches, Samples.event("job-1", 2))).containsExactly(plain, two);
    }

    @Test
    void anEventThatIsHeldBackIsJudgedOnceUnlessAConditionChanges() {
        Webhook broken = when(2, "data.missing == 2");
        List<Webhook> matches = List.of(plain, broken);
        Event event = Samples.event("job-1", 1);

        conditions.wanting(matches, event);
        assertThat(conditions.wanting(matches, event)).containsExactly(plain);
        assertThat(failures()).isEqualTo(1);
        conditions.put(broken.id(), null);
        assertThat(conditions.wanting(matches, event)).isSameAs(matches);
    }
}
