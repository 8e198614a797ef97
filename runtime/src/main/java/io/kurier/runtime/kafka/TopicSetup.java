package io.kurier.runtime.kafka;

import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.topics.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates missing topics and checks that the settings of existing ones keep Kurier's promises. One thread. */
public final class TopicSetup {
    private static final int WANTED_REPLICAS = 3;
    private static final int VISIBLE_TRIES = 100;
    private static final Duration VISIBLE_PAUSE = Duration.ofMillis(100);

    private final Admin admin;
    private final ProcessClock clock;

    /** @param admin stays the caller's, who closes it */
    public TopicSetup(Admin admin, ProcessClock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /**
     * Creates and checks the topics; returns when every topic is visible.
     *
     * @throws UnfitTopicsException naming each topic and setting that breaks a promise
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
     */
    public void ensure(List<TopicSpec> specs) throws InterruptedException {
        int brokers = get(admin.describeCluster().nodes()).size();
        Set<String> existing = new HashSet<>(get(admin.listTopics().names()));
        create(specs.stream().filter(spec -> !existing.contains(spec.name())).toList(), brokers);
        List<String> problems = problemsOnceVisible(specs);
        if (!problems.isEmpty()) {
            throw new UnfitTopicsException(problems);
        }
    }

    private void create(List<TopicSpec> missing, int brokers) throws InterruptedException {
        short replicas = (short) Math.min(WANTED_REPLICAS, brokers);
        List<NewTopic> topics = missing.stream()
                .map(spec -> {
                    Map<String, String> settings = spec.settings();
                    settings.put("min.insync.replicas", replicas == WANTED_REPLICAS ? "2" : "1");
                    return new NewTopic(spec.name(), spec.partitions(), replicas).configs(settings);
                })
                .toList();
        for (KafkaFuture<Void> made : admin.createTopics(topics).values().values()) {
            try {
                get(made);
            } catch (TopicExistsException e) {
                // another process created it at the same time; it is checked below like any other
            }
        }
    }

    /** Retries for 10 s, since a broker may not know a new topic yet. */
    private List<String> problemsOnceVisible(List<TopicSpec> specs) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return problems(specs);
            } catch (UnknownTopicOrPartitionException e) {
                if (tries == VISIBLE_TRIES) {
                    throw e;
                }
                clock.sleep(VISIBLE_PAUSE);
            }
        }
    }

    private List<String> problems(List<TopicSpec> specs) throws InterruptedException {
        Map<ConfigResource, Config> found = get(admin.describeConfigs(specs.stream()
                        .map(spec -> new ConfigResource(ConfigResource.Type.TOPIC, spec.name()))
                        .toList())
                .all());
        Map<String, Config> byName = found.entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().name(), Map.Entry::getValue));
        List<String> problems = new ArrayList<>();
        for (TopicSpec spec : specs) {
            Config config = byName.get(spec.name());
            if (config == null) {
                problems.add("cannot read the settings of topic " + spec.name());
            } else {
                problems.addAll(problems(spec, name -> config.get(name).value()));
            }
        }
        return problems;
    }

    static List<String> problems(TopicSpec spec, Function<String, String> setting) {
        List<String> problems = new ArrayList<>();
        List<String> exactly =
                spec.ours() ? List.of("cleanup.policy", "message.timestamp.type") : List.of("cleanup.policy");
        for (String exact : exactly) {
            String wanted = spec.settings().getOrDefault(exact, "");
            if (!wanted.equals(setting.apply(exact))) {
                problems.add(problem(spec, exact, setting, wanted));
            }
        }
        if (!spec.compacted()) {
            long retentionMs = Long.parseLong(setting.apply("retention.ms"));
            if (retentionMs >= 0 && retentionMs < spec.retention().toMillis()) {
                problems.add(problem(
                        spec,
                        "retention.ms",
                        setting,
                        "at least " + spec.retention().toMillis() + ", or -1"));
            }
            if (!setting.apply("retention.bytes").equals("-1")) {
                problems.add(problem(
                        spec,
                        "retention.bytes",
                        setting,
                        "-1, since a size limit could delete records that still wait"));
            }
        }
        if (spec.ours() && Long.parseLong(setting.apply("max.message.bytes")) < TopicSpec.MAX_MESSAGE_BYTES) {
            problems.add(problem(spec, "max.message.bytes", setting, "at least " + TopicSpec.MAX_MESSAGE_BYTES));
        }
        return problems;
    }

    private static String problem(TopicSpec spec, String name, Function<String, String> setting, String wanted) {
        return "topic " + spec.name() + " has " + name + "=" + setting.apply(name) + ", expected " + wanted;
    }

    static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
