package io.kurier.deliverylog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.topics.TopicCatalog;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** The tenant of a quarantined record, found by its topic and headers. */
class QuarantinedTenantTest {
    private static final TopicCatalog TOPICS = new TopicCatalog("k.", 1, Map.of(), Map.of("acme.in", "acme"));
    private static final byte[] JSON = "{".getBytes(UTF_8);
    private static final byte[] SINGLE_OBJECT = {(byte) 0xC3, 1, 9};
    private static final byte[] FRAMED = {0, 0, 0, 0, 7, 9};

    private static ConsumerRecord<byte[], byte[]> record(String topic, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                topic, 0, 3, 0, TimestampType.CREATE_TIME, 0, 0, null, value, headers, Optional.empty());
    }

    private static String tenant(String topic, byte[] value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        ProducerRecord<byte[], byte[]> kept = Quarantine.of("k.quarantine", record(topic, value, all), "why");
        ConsumerRecord<byte[], byte[]> found = record(kept.topic(), kept.value(), kept.headers());
        return QuarantineView.tenant(TOPICS, found, Quarantine.origin(found).orElseThrow());
    }

    @Test
    void aTopicsOwnerIsTheTenantWhateverTheRecordClaims() {
        assertThat(tenant("acme.in", JSON, "kurier-tenant", "other")).isEqualTo("acme");
        assertThat(tenant("acme.in", SINGLE_OBJECT)).isEqualTo("acme");
    }

    @Test
    void inTheSharedTopicTheHeaderNamesIt() {
        assertThat(tenant("k.events", SINGLE_OBJECT, "kurier-tenant", "other")).isEqualTo("other");
        assertThat(tenant("k.events", JSON, "kurier-tenant", "a", "kurier-tenant", "b"))
                .as("the reader takes the last, too")
                .isEqualTo("b");
        assertThat(tenant("k.events", JSON, "kurier-tenant", "x".repeat(65))).isNull();
    }

    @Test
    void jsonAndCloudEventsThatNameNobodyAreTheDefaultTenants() {
        assertThat(tenant("k.events", JSON, "content-type", "application/json")).isEqualTo("default");
        assertThat(tenant("k.events", JSON, "content-type", "application/cloudevents+json"))
                .isEqualTo("default");
        assertThat(tenant("k.events", FRAMED, "ce_specversion", "1.0")).isEqualTo("default");
    }

    @Test
    void whatOnlyTheBytesCouldTellIsNobodys() {
        assertThat(tenant("k.events", SINGLE_OBJECT)).isNull();
        assertThat(tenant("k.events", FRAMED, "content-type", "application/json"))
                .isNull();
        assertThat(tenant("k.events", JSON)).as("without a content type").isNull();
        assertThat(tenant("k.lanes", JSON, "content-type", "application/json"))
                .as("no event")
                .isNull();
    }
}
