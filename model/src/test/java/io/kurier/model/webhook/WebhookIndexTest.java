package io.kurier.model.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebhookIndexTest {
    private static final long SEED = Long.getLong("kurier.seed", 20_261_121L);
    private static final List<String> TYPES = List.of(
            "job", "job.completed", "job.step", "job.step.done", "jobs.completed", "download.progress", "a", "a.b.c.d");
    private static final List<String> PATTERNS = List.of(
            "*",
            "job",
            "job.*",
            "job.completed",
            "job.step.*",
            "job.step.done",
            "jobs.*",
            "download.progress",
            "a.*",
            "a.b.*",
            "a.b.c.*",
            "a.b.c.d",
            "never.seen");
    private static final Signing SIGNING = Signing.with(SigningSecret.random());

    private final WebhookIndex index = new WebhookIndex();

    private static Webhook webhook(String id, String tenant, long number, String... patterns) {
        return Webhook.of(id, tenant, WebhookUrl.parse("https://example.com/" + id), SIGNING)
                .number(number)
                .revision(1)
                .events(List.of(patterns).stream().map(EventPattern::new).toList())
                .build();
    }

    private List<String> match(String tenant, String type) {
        return index.match(tenant, type).stream().map(Webhook::id).toList();
    }

    @Test
    void answersInTheOrderInWhichWebhooksWereMadeAndEachOnce() {
        index.put("wh_3", webhook("wh_3", "acme", 3, "job.completed"));
        index.put("wh_1", webhook("wh_1", "acme", 1, "*"));
        index.put("wh_2", webhook("wh_2", "acme", 2, "job.*", "job.completed", "*"));

        assertThat(match("acme", "job.completed")).containsExactly("wh_1", "wh_2", "wh_3");
        assertThat(match("acme", "job.failed")).containsExactly("wh_1", "wh_2");
    }

    @Test
    void anotherTenantsWebhooksNeverMatch() {
        index.put("wh_1", webhook("wh_1", "acme", 1, "*"));

        assertThat(match("other", "job.completed")).isEmpty();
        assertThat(match("acme", "job.completed")).containsExactly("wh_1");
    }

    @Test
    void aRememberedAnswerIsForgottenWhenAWebhookChanges() {
        index.put("wh_1", webhook("wh_1", "acme", 1, "job.*"));
        assertThat(match("acme", "job.completed")).containsExactly("wh_1");

        index.put("wh_1", webhook("wh_1", "acme", 1, "download.*"));
        assertThat(match("acme", "job.completed")).isEmpty();
        assertThat(match("acme", "download.done")).containsExactly("wh_1");

        index.put("wh_1", null);
        assertThat(match("acme", "download.done")).isEmpty();
        assertThat(index.get("wh_1")).isNull();
    }

    @Test
    void deletingWhatIsNotThereChangesNothing() {
        index.put("wh_1", webhook("wh_1", "acme", 1, "*"));
        index.put("wh_9", null);

        assertThat(match("acme", "job")).containsExactly("wh_1");
    }

    @Test
    void moreTypesThanAreRememberedStillMatchRightly() {
        index.put("wh_1", webhook("wh_1", "acme", 1, "t.*"));
        for (int i = 0; i < 2_500; i++) {
            assertThat(match("acme", "t.n" + i)).containsExactly("wh_1");
            assertThat(match("acme", "u.n" + i)).isEmpty();
        }
    }

    @Test
    void agreesWithANaiveSearchOverRandomChanges() {
        Random random = new Random(SEED);
        Map<String, Webhook> naive = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String id = "wh_" + random.nextInt(30);
            if (random.nextInt(4) == 0) {
                naive.remove(id);
                index.put(id, null);
            } else {
                Webhook webhook = randomWebhook(id, random);
                naive.put(id, webhook);
                index.put(id, webhook);
            }
            String tenant = "tenant" + random.nextInt(3);
            String type = TYPES.get(random.nextInt(TYPES.size()));
            assertThat(index.match(tenant, type))
                    .as("seed %d, step %d, %s of %s", SEED, step, type, tenant)
                    .isEqualTo(search(naive, tenant, type));
            assertThat(index.get(id)).isSameAs(naive.get(id));
        }
    }

    /** One number an id, so that the order is the same whatever happened before. */
    private static Webhook randomWebhook(String id, Random random) {
        List<String> patterns = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            patterns.add(PATTERNS.get(random.nextInt(PATTERNS.size())));
        }
        int number = Integer.parseInt(id.substring(3));
        return webhook(id, "tenant" + number % 3, number, patterns.toArray(String[]::new));
    }

    private static List<Webhook> search(Map<String, Webhook> webhooks, String tenant, String type) {
        return webhooks.values().stream()
                .filter(webhook -> webhook.tenant().equals(tenant)
                        && webhook.events().stream().anyMatch(pattern -> naiveMatch(pattern.text(), type)))
                .sorted(Comparator.comparingLong(Webhook::number))
                .toList();
    }

    private static boolean naiveMatch(String pattern, String type) {
        return pattern.equals("*")
                || pattern.equals(type)
                || (pattern.endsWith(".*")
                        && (type + ".").startsWith(pattern.replace("*", ""))
                        && !(type + ".*").equals(pattern));
    }
}
