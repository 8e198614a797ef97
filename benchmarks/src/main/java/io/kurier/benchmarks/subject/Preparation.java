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
 * What Kurier knows before the load begins.
 *
 * @param webhooks of the load: their numbers, by id
 * @param text what was made ready, for the progress line
 */
public record Preparation(Map<String, Integer> webhooks, String text) {
    /** Webhooks that the waiting deliveries are for. */
    private static final int BACKLOG_WEBHOOKS = 100;
    /** Nobody listens there; nobody is to ask. */
    private static final String NOWHERE = "http://127.0.0.1:9/";

    private static final Duration READ_TIMEOUT = Duration.ofMinutes(2);

    public Preparation {
        webhooks = Map.copyOf(webhooks);
    }

    /** Where it is written to, and by whose key. */
    record Access(KurierApi api, String kafka, SecretBox box) {}

    /** Returns when Kurier knows of all of it. */
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
        // tables are read in order: who knows the last knows all
        String last = load.get(load.size() - 1);
        Polling.until(() -> kurier.api().hasWebhook(last), READ_TIMEOUT, "Kurier to know of all webhooks");
        return new Preparation(numbers(load), text(scenario, load.size(), (System.nanoTime() - began) / 1e9));
    }

    /** So many webhooks that match nothing; returns when Kurier knows of all. */
    public static void idle(int count, Access kurier) {
        if (count == 0) {
            return;
        }
        List<String> ids;
        try (TopicWriter writer = new TopicWriter(kurier.kafka())) {
            ids = register(new WebhookWriter(writer, kurier.box()), count, "idle");
            writer.flush();
        }
        Polling.until(
                () -> kurier.api().hasWebhook(ids.get(count - 1)), READ_TIMEOUT, "Kurier to know of all webhooks");
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
                "%,d webhooks of the load and %,d others, %,d deliveries in the tiers, in %.1f s",
                loaded,
                scenario.webhooks() + (scenario.backlog() > 0 ? BACKLOG_WEBHOOKS : 0),
                scenario.backlog(),
                seconds);
    }
}
