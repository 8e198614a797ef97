package io.kurier.benchmarks.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.process.Polling;
import io.kurier.model.retry.RetryTiers;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.schemas.Delivery;
import io.kurier.testkit.kafka.BrokerFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that the bench writes without the API can be read by Kurier. */
class PreparedTopicsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SecretBox box = SecretBox.withKey(SecretBox.newKey());
    private BrokerFixture broker;
    private KurierRuntime kurier;

    @BeforeEach
    void start() throws Exception {
        broker = BrokerFixture.start();
        KafkaSettings settings = new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()), "kurier.", 2, RetryTiers.parse("1s 1h 6h"));
        kurier = KurierRuntime.start(
                settings, new ConfiguredKafkaClients(settings.client()), box, InstantSource.system());
    }

    @AfterEach
    void stop() {
        kurier.close();
        broker.close();
    }

    @Test
    void registeredWebhooksHaveUniqueNumbers() {
        List<String> ids = new ArrayList<>();
        try (TopicWriter writer = new TopicWriter(broker.bootstrapServers())) {
            WebhookWriter webhooks = new WebhookWriter(writer, box);
            for (int i = 0; i < 500; i++) {
                ids.add(webhooks.write("http://127.0.0.1:9/hook/" + i, "job.n" + i, SigningSecret.random()));
            }
            writer.flush();
            ids.add(new WebhookWriter(writer, box).write("http://127.0.0.1:9/", "*", SigningSecret.random()));
            writer.flush();
        }

        Polling.until(() -> kurier.webhooks().size() == ids.size(), LIMIT, "the table to have all webhooks");
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Webhook webhook = kurier.webhooks().get(ids.get(i)).orElseThrow();
            assertThat(webhook.url().target()).isEqualTo("/hook/" + i);
            assertThat(webhook.events().get(0).text()).isEqualTo("job.n" + i);
            numbers.add(webhook.number());
        }
        Webhook last = kurier.webhooks().get(ids.get(500)).orElseThrow();
        assertThat(numbers).hasSize(500).allSatisfy(number -> assertThat(number).isLessThan(last.number()));
        assertThat(kurier.tables().position("kurier.webhooks")).isGreaterThan(last.number());
    }

    @Test
    void theBacklogIsDueLongAfterTheRun() throws Exception {
        long before = System.currentTimeMillis();
        try (TopicWriter writer = new TopicWriter(broker.bootstrapServers())) {
            new RetryBacklog(writer, 256).write(100, List.of("wh_a", "wh_b", "wh_c"));
            writer.flush();
        }

        Set<String> ids = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : waiting()) {
            Delivery delivery = kurier.codec(Delivery.class).decode(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(delivery.getWebhookId());
            assertThat(delivery.getDueAtMs())
                    .isGreaterThanOrEqualTo(before + Duration.ofHours(23).toMillis());
            ids.add(delivery.getId());
        }
        assertThat(ids).hasSize(100);
    }

    private List<ConsumerRecord<byte[], byte[]>> waiting() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var reader = kurier.kafka().reader()) {
            List<TopicPartition> partitions = List.of(
                    new TopicPartition("kurier.retry.1h", 0),
                    new TopicPartition("kurier.retry.1h", 1),
                    new TopicPartition("kurier.retry.6h", 0),
                    new TopicPartition("kurier.retry.6h", 1));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Polling.until(
                    () -> {
                        reader.poll(Duration.ofMillis(100)).forEach(records::add);
                        return records.size() >= 100;
                    },
                    LIMIT,
                    "100 deliveries in the tiers");
        }
        return records;
    }
}
