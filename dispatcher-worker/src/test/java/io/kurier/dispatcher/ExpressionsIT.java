package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.signing.Signing;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.PayloadSettings;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Received;
import io.kurier.testkit.Signatures;
import io.kurier.testkit.kafka.KafkaExtension;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Conditions and transforms of webhooks, in a whole worker. */
class ExpressionsIT {
    /** Enough events for slow conditions to exceed the tenant's share: each takes milliseconds of a twentieth of the time. */
    private static final int EVENTS = 8;

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private static WorkerFixture kurier;

    @BeforeAll
    static void start() throws Exception {
        kurier = new WorkerFixture(KAFKA.broker());
        kurier.start();
    }

    private static Webhook webhook(int number, String path, @Nullable String when, @Nullable String transform) {
        WebhookUrl url = WebhookUrl.parse(kurier.receiver.url(path));
        return Webhook.of(Ids.webhook(number), Samples.TENANT, url, Signing.with(Samples.SECRET))
                .number(number)
                .revision(1)
                // with a limit, deliveries go through the lane
                .pace(number == 2 ? new DeliveryLimits(1, null) : DeliveryLimits.FREE)
                .content(new PayloadSettings(CustomHeaders.NONE, number % 2 == 0, when, transform))
                .build();
    }

    private static List<String> bodies(String path) {
        return kurier.receiver.requests(path).stream().map(Received::text).toList();
    }

    @Test
    void eachWebhookGetsTheEventsOfItsConditionInTheFormOfItsTransform() throws Exception {
        kurier.write(webhook(1, "/wants", "data.n > 1", null));
        kurier.write(webhook(2, "/shaped", null, "{'text': job_id + ' ü ' + string(data.n)}"));
        kurier.write(webhook(3, "/both", "data.n == 2", "[data.n, type]"));
        kurier.write(webhook(4, "/plain", null, null));

        kurier.publish(List.of(Samples.event("job-1", 1), Samples.event("job-1", 2)));
        kurier.awaitSettled();

        assertThat(bodies("/wants")).singleElement().asString().contains("\"n\":2");
        assertThat(bodies("/both")).containsExactly("[2,\"job.progress\"]");
        assertThat(bodies("/plain")).hasSize(2);
        assertThat(bodies("/shaped"))
                .containsOnly("{\"text\":\"job-1 \\u00fc 1\"}", "{\"text\":\"job-1 \\u00fc 2\"}")
                .hasSize(2);
        for (Received request : kurier.receiver.requests("/shaped")) {
            Signatures.verify(request, Samples.SECRET.reveal());
        }
    }

    @Test
    void conditionsBeyondTheTenantsShareAreEvaluatedInTheLane() throws Exception {
        String slow = "data.t.matches('a*b$')";
        Webhook no = webhook(6, "/slow-no", slow, null);
        Webhook yes = webhook(7, "/slow-yes", "!" + slow, null);
        Webhook shaped = webhook(9, "/slow-shape", null, "[" + slow + "]");
        kurier.write(no);
        kurier.write(yes);
        kurier.write(shaped);
        Webhook paused = webhook(8, "/slow-paused", "!" + slow, null).in(new Webhook.State(Webhook.Kind.PAUSED, ""));
        kurier.write(paused);
        String data = "{\"t\":\"" + "a".repeat(90_000) + "\"}";
        List<Event> events = IntStream.range(0, EVENTS)
                .mapToObj(i -> Samples.event("slow-" + i, i))
                .toList();
        events.forEach(event -> event.setData(ByteBuffer.wrap(data.getBytes(UTF_8))));

        kurier.publish(events);
        WorkerFixture.await("all are evaluated and delivered", () -> {
            kurier.releaseTiers();
            return outcomes(no, Outcome.DISCARDED) == outcomes(no, Outcome.PARKED)
                    && outcomes(yes, Outcome.DELIVERED) == EVENTS
                    && outcomes(shaped, Outcome.DELIVERED) == EVENTS;
        });
        kurier.awaitSettled();

        assertThat(bodies("/slow-yes")).hasSize(EVENTS);
        assertThat(bodies("/slow-no")).isEmpty();
        assertThat(outcomes(no, Outcome.DISCARDED)).isPositive().isEqualTo(outcomes(no, Outcome.PARKED));
        assertThat(bodies("/slow-shape")).containsOnly("[false]").hasSize(EVENTS);
        assertThat(outcomes(shaped, Outcome.PARKED)).isPositive();
        assertThat(outcomes(paused, Outcome.HELD)).as("evaluated or not").isEqualTo(EVENTS);
        assertThat(outcomes(paused, Outcome.PARKED)).isZero();
    }

    private static long outcomes(Webhook webhook, Outcome outcome) throws Exception {
        return kurier.attempts(outcome).stream()
                .filter(attempt -> attempt.getWebhookId().equals(webhook.id()))
                .count();
    }

    @Test
    void anEventThatTheTransformFailsForIsADeadLetterWithTheReason() throws Exception {
        Webhook broken = webhook(5, "/broken", null, "{'title': data.title}");
        kurier.write(broken);
        kurier.publish(List.of(Samples.event("job-2", 1)));
        kurier.awaitSettled();

        DeadLetter letter = kurier.read(kurier.topics().deadLetters(), DeadLetter.class).stream()
                .filter(dead -> dead.getWebhookId().equals(broken.id()))
                .findFirst()
                .orElseThrow();
        assertThat(letter.getEntry().getReason()).isEqualTo("transform_failed");
        assertThat(letter.getEntry().getError()).contains("title");
        assertThat(letter.getEntry().getDelivery().getAttempts()).isZero();
        Attempt attempt = kurier.attempts(Outcome.DEAD).stream()
                .filter(dead -> dead.getWebhookId().equals(broken.id()))
                .findFirst()
                .orElseThrow();
        assertThat(attempt.getError()).isEqualTo("transform");
        assertThat(attempt.getExcerpt()).contains("title");
        assertThat(kurier.receiver.requestCount("/broken")).isZero();
    }
}
