package io.kurier.model.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The counts are those of {@link WebhookIndex}, whatever webhooks come, change and go. */
class WebhookCountsPropertyTest {
    private static final long SEED = Long.getLong("kurier.seed", 20_261_122L);
    private static final int CHANGES = 3_000;
    private static final List<String> TYPES =
            List.of("job", "job.completed", "job.step", "job.step.done", "job-x.y", "jobs.completed", "a", "a.b.c.d");
    private static final List<String> PATTERNS = List.of(
            "*",
            "job",
            "job.*",
            "job.completed",
            "job.step.*",
            "job.step.done",
            "job-x.*",
            "jobs.*",
            "a.*",
            "a.b.*",
            "a.b.c.d");
    private static final Signing SIGNING = Signing.with(SigningSecret.random());

    @Test
    void countsAreThoseOfTheIndex() {
        Random random = new Random(SEED);
        WebhookIndex index = new WebhookIndex();
        WebhookCounts counts = new WebhookCounts();
        for (int i = 0; i < CHANGES; i++) {
            String id = "wh_" + random.nextInt(40);
            Webhook webhook = random.nextInt(4) == 0 ? null : webhook(id, random);
            index.put(id, webhook);
            counts.put(id, webhook);
            String tenant = tenant(random);
            for (String type : TYPES) {
                assertThat(counts.of(tenant, type))
                        .as("seed %d, change %d, %s of %s", SEED, i, type, tenant)
                        .isEqualTo(index.match(tenant, type).size());
            }
        }
        for (int i = 0; i < 40; i++) {
            counts.put("wh_" + i, null);
        }
        assertThat(counts.all()).isZero();
    }

    private static String tenant(Random random) {
        return random.nextBoolean() ? "acme" : "other";
    }

    private static Webhook webhook(String id, Random random) {
        List<EventPattern> patterns = Stream.generate(() -> PATTERNS.get(random.nextInt(PATTERNS.size())))
                .limit(1 + random.nextInt(4))
                .map(EventPattern::new)
                .toList();
        return Webhook.of(id, tenant(random), WebhookUrl.parse("https://example.com/"), SIGNING)
                .events(patterns)
                .build();
    }
}
