package io.kurier.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCatalogTest {
    private static final Map<String, Duration> TIERS = new LinkedHashMap<>();

    static {
        TIERS.put("1s", Duration.ofSeconds(1));
        TIERS.put("6h", Duration.ofHours(6));
        TIERS.put("30d", Duration.ofDays(30));
    }

    private final TopicCatalog catalog = new TopicCatalog("k.", 7, TIERS);

    private TopicSpec spec(String name) {
        return catalog.all().stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsEveryTopicOnceAndNoOther() {
        assertThat(catalog.all().stream().map(TopicSpec::name))
                .containsExactlyInAnyOrder(
                        "k.events",
                        "k.lanes",
                        "k.retry.1s",
                        "k.retry.6h",
                        "k.retry.30d",
                        "k.dead-letters",
                        "k.held",
                        "k.attempts",
                        "k.quarantine",
                        "k.webhooks",
                        "k.replays",
                        "k.circuits",
                        "k.event-types",
                        "k.tenants",
                        "k.schemas");
    }

    @Test
    void namesAreThoseOfTheList() {
        assertThat(catalog.all().stream().map(TopicSpec::name))
                .contains(
                        catalog.events(),
                        catalog.lanes(),
                        catalog.retry("6h"),
                        catalog.deadLetters(),
                        catalog.held(),
                        catalog.attempts(),
                        catalog.quarantine(),
                        catalog.webhooks(),
                        catalog.replays(),
                        catalog.circuits(),
                        catalog.eventTypes(),
                        catalog.tenants(),
                        catalog.schemas());
        assertThat(catalog.named("group")).isEqualTo("k.group");
    }

    @Test
    void controlTopicsAreCompactedAndOfOnePartition() {
        for (String control : List.of(
                catalog.webhooks(),
                catalog.replays(),
                catalog.circuits(),
                catalog.eventTypes(),
                catalog.tenants(),
                catalog.schemas())) {
            assertThat(spec(control).partitions()).as(control).isEqualTo(1);
            assertThat(spec(control).settings())
                    .containsEntry("cleanup.policy", "compact")
                    .doesNotContainKeys("retention.ms", "retention.bytes");
        }
        assertThat(catalog.all().stream().filter(TopicSpec::compacted)).hasSize(6);
    }

    @Test
    void sharedTopicsHaveTheGivenPartitionsAndNeverDeleteBySize() {
        for (TopicSpec spec : catalog.all()) {
            if (!spec.compacted()) {
                assertThat(spec.partitions())
                        .as(spec.name())
                        .isEqualTo(spec.name().equals("k.quarantine") ? 1 : 7);
                assertThat(spec.settings())
                        .containsEntry("cleanup.policy", "delete")
                        .containsEntry("retention.bytes", "-1");
            }
        }
    }

    @Test
    void aTierKeepsAtLeastTwiceItsDelayAndAWeekOfOutage() {
        TIERS.forEach((tier, delay) -> {
            Duration kept = spec(catalog.retry(tier)).retention();
            assertThat(kept).as(tier).isGreaterThanOrEqualTo(Duration.ofDays(14));
            assertThat(kept).as(tier).isGreaterThanOrEqualTo(delay.plusDays(7).multipliedBy(2));
        });
    }

    @Test
    void everyTopicButEventsIsStampedByTheBroker() {
        for (TopicSpec spec : catalog.all()) {
            assertThat(spec.settings())
                    .as(spec.name())
                    .containsEntry(
                            "message.timestamp.type", spec.name().equals("k.events") ? "CreateTime" : "LogAppendTime")
                    .containsEntry("unclean.leader.election.enable", "false")
                    .containsEntry("max.message.bytes", Integer.toString(TopicSpec.MAX_MESSAGE_BYTES));
        }
    }

    @Test
    void deliveriesAreKeptAsLongAsPromised() {
        assertThat(spec("k.events").retention()).isEqualTo(Duration.ofDays(7));
        assertThat(spec("k.lanes").retention()).isEqualTo(Duration.ofDays(14));
        assertThat(spec("k.dead-letters").retention()).isEqualTo(Duration.ofDays(30));
        assertThat(spec("k.quarantine").retention()).isEqualTo(Duration.ofDays(30));
        assertThat(spec("k.dead-letters").settings()).containsEntry("retention.ms", "2592000000");
    }
}
