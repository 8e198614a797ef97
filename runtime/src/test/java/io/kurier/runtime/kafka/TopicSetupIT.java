package io.kurier.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.runtime.TestKafka;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.topics.TopicSpec;
import io.kurier.testkit.kafka.KafkaExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicSetupIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private final TestKafka kafka = new TestKafka(KAFKA.broker());

    private final TopicCatalog topics = kafka.settings(kafka.unique("")).topics();
    private final TopicSetup setup = new TopicSetup(KAFKA.broker().admin(), ProcessClock.system());

    private TopicSpec spec(String name) {
        return topics.all().stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Creates the topic as expected, except for one setting. */
    private void createWith(String name, String setting, String value) throws Exception {
        Map<String, String> settings = new HashMap<>(spec(name).settings());
        settings.put(setting, value);
        KAFKA.broker().createTopic(name, spec(name).partitions(), settings);
    }

    @Test
    void everyTopicOfTheCatalogueIsMadeAsItMustBe() throws Exception {
        setup.ensure(topics.all());

        for (TopicSpec spec : topics.all()) {
            var description = KAFKA.broker()
                    .admin()
                    .describeTopics(List.of(spec.name()))
                    .allTopicNames()
                    .get()
                    .get(spec.name());
            assertThat(description.partitions()).as(spec.name()).hasSize(spec.partitions());
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
            Config config = KAFKA.broker()
                    .admin()
                    .describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource);
            spec.settings().forEach((name, value) -> assertThat(config.get(name).value())
                    .as("%s of %s", name, spec.name())
                    .isEqualTo(value));
        }
    }

    @Test
    void whatIsThereAndFitIsLeftAsItIs() throws Exception {
        createWith(topics.retry("6h"), "retention.ms", "-1");
        createWith(topics.deadLetters(), "retention.ms", "9000000000");
        KAFKA.broker().createTopic(topics.lanes(), 5, spec(topics.lanes()).settings());

        setup.ensure(topics.all());
        setup.ensure(topics.all());

        assertThat(KAFKA.broker()
                        .admin()
                        .describeTopics(List.of(topics.lanes()))
                        .allTopicNames()
                        .get()
                        .get(topics.lanes())
                        .partitions())
                .hasSize(5);
    }

    @Test
    void aTierThatForgetsTooSoonIsRefused() throws Exception {
        createWith(topics.retry("6h"), "retention.ms", "604800000");

        assertRefused(
                "topic " + topics.retry("6h") + " has retention.ms=604800000, expected at least 1252800000, or -1");
    }

    @Test
    void aTierThatDeletesBySizeIsRefused() throws Exception {
        createWith(topics.retry("1s"), "retention.bytes", "1000000");

        assertRefused("topic " + topics.retry("1s") + " has retention.bytes=1000000, expected -1");
    }

    @Test
    void anInternalTopicStampedByItsWritersIsRefused() throws Exception {
        createWith(topics.lanes(), "message.timestamp.type", "CreateTime");

        assertRefused("topic " + topics.lanes() + " has message.timestamp.type=CreateTime, expected LogAppendTime");
    }

    @Test
    void aControlTopicThatIsNotCompactedIsRefused() throws Exception {
        KAFKA.broker()
                .createTopic(
                        topics.webhooks(),
                        1,
                        Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "8388608"));

        assertRefused("topic " + topics.webhooks() + " has cleanup.policy=delete, expected compact");
    }

    @Test
    void aTopicThatTakesOnlySmallRecordsIsRefused() throws Exception {
        createWith(topics.events(), "max.message.bytes", "1048588");

        assertRefused("topic " + topics.events() + " has max.message.bytes=1048588, expected at least 8388608");
    }

    @Test
    void allThatIsWrongIsNamedAtOnce() throws Exception {
        createWith(topics.lanes(), "message.timestamp.type", "CreateTime");
        createWith(topics.webhooks(), "cleanup.policy", "delete");

        assertThatExceptionOfType(UnfitTopicsException.class)
                .isThrownBy(() -> setup.ensure(topics.all()))
                .withMessageContaining(topics.lanes() + " has message.timestamp.type=CreateTime")
                .withMessageContaining(topics.webhooks() + " has cleanup.policy=delete");
    }

    private void assertRefused(String line) {
        assertThatExceptionOfType(UnfitTopicsException.class)
                .isThrownBy(() -> setup.ensure(topics.all()))
                .satisfies(refused -> {
                    List<String> lines = refused.getMessage().lines().toList();
                    assertThat(lines).hasSize(2);
                    assertThat(lines.get(0)).contains("refusing to start");
                    assertThat(lines.get(1)).startsWith(line);
                });
    }
}
