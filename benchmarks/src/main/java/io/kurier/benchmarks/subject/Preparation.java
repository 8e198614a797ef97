package io.kurier.benchmarks.subject;

import io.kurier.benchmarks.load.EventRequest;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.receiver.Receivers;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.SigningSecret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Registers webhooks, and writes a backlog, before the load begins.
 *
 * @param webhooks the load's webhooks: number by id
 * @param text a summary for the progress line
 */
public record Preparation(Map<String, Integer> webhooks, String text) {
    /** Webhooks that the waiting deliveries belong to. */
    private static final int BACKLOG_WEBHOOKS = 100;
    /** A URL without a listener; no request is sent to it. */
    private static final String NOWHERE = "http://127.0.0.1:9/";

    private static final Duration READ_TIMEOUT = Duration.ofMinutes(2);

    public Preparation {
        webhooks = Map.copyOf(webhooks);
    }

    /**
     * What is needed to write to Kurier's topics.
     *
     * @param kafka where its Kafka listens, host:port
     * @param box encrypts the webhooks' secrets
     */
    record Access(KurierApi api, String kafka, SecretBox box) {}

    /**
     * Prepares a scenario; returns once Kurier knows every webhook.
     *
     * @throws IllegalStateException if Kurier does not know them within 2 minutes
     */
    static Preparation make(BenchSettings settings, Receivers receivers, Access kurier) {
        Scenario scenario = settings.scenario();
        long began = System.nanoTime();
        List<String> load;
        try (TopicWriter writer = new TopicWriter(kurier.kafka())) {
            WebhookWriter webhooks = new WebhookWriter(writer, kurier.box());
            register(webhooks, scenario.webhooks(), "idle");
            if (scenario.backlog() > 0) {
                List<String> waiting = register(webhooks, BACKLOG_WEBHOOKS, "backlog");
                new RetryBacklog(writer, settings.payloadBytes()).write(scenario.backlog(), waiting);
            }
            load = registerLoad(webhooks, scenario.loadWebhooks(), receivers);
            writer.flush();
        }
        // a table is read in order, so Kurier knows all webhooks once it knows the last
        String last = load.get(load.size() - 1);
        Polling.until(() -> kurier.api().hasWebhook(last), READ_TIMEOUT, "Kurier to know all webhooks");
        return new Preparation(numbers(load), text(scenario, load.size(), (System.nanoTime() - began) / 1e9));
    }

    /**
     * Registers webhooks that match no event; returns once Kurier knows them.
     *
     * @throws IllegalStateException if Kurier does not know them within 2 minutes
     */
    public static void idle(int count, Access kurier) {
        if (count == 0) {
            return;
        }
        List<String> ids;
        try (TopicWriter writer = new TopicWriter(kurier.kafka())) {
            ids = register(new WebhookWriter(writer, kurier.box()), count, "idle");
            writer.flush();
        }
        Polling.until(() -> kurier.api().hasWebhook(ids.get(count - 1)), READ_TIMEOUT, "Kurier to know all webhooks");
    }

    private static Map<String, Integer> numbers(List<String> ids) {
        return IntStream.range(0, ids.size()).boxed().collect(Collectors.toMap(ids::get, number -> number));
    }

    private static List<String> register(WebhookWriter webhooks, int count, String kind) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(webhooks.write(NOWHERE + kind + "/" + i, kind + "." + i, SigningSecret.random()));
        }
        return ids;
    }

    private static List<String> registerLoad(WebhookWriter webhooks, LoadWebhooks loadWebhooks, Receivers receivers) {
        SigningSecret secret = SigningSecret.parse(LimitSubject.SECRET);
        List<String> ids = new ArrayList<>();
        for (int webhook = 0; webhook < loadWebhooks.size(); webhook++) {
            String type = EventRequest.typeOf(webhook / loadWebhooks.fanOut());
            ids.add(webhooks.write(receivers.url(webhook), type, secret));
        }
        return ids;
    }

    private static String text(Scenario scenario, int loaded, double seconds) {
        return String.format(
                Locale.ROOT,
                "%,d webhooks of the load and %,d others, %,d deliveries in the retry tiers, in %.1f s",
                loaded,
                scenario.webhooks() + (scenario.backlog() > 0 ? BACKLOG_WEBHOOKS : 0),
                scenario.backlog(),
                seconds);
    }
}
