package io.kurier.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who gives a serializer a setting that does nothing here is told, once, and of nothing else. */
class IgnoredSettingsTest {
    private static final Map<String, Object> SUPPORTED = Map.ofEntries(
            Map.entry("schema.registry.url", "http://127.0.0.1:1"),
            Map.entry("auto.register.schemas", "false"),
            Map.entry("use.latest.version", "true"),
            Map.entry("latest.cache.ttl.sec", "60"),
            Map.entry("key.subject.name.strategy", "TopicNameStrategy"),
            Map.entry("value.subject.name.strategy", "TopicNameStrategy"),
            Map.entry("basic.auth.credentials.source", "USER_INFO"),
            Map.entry("basic.auth.user.info", "user:password"),
            Map.entry("schema.registry.basic.auth.user.info", "user:password"),
            Map.entry("bearer.auth.credentials.source", "STATIC_TOKEN"),
            Map.entry("bearer.auth.token", ""),
            Map.entry("specific.avro.reader", "true"),
            Map.entry("http.read.timeout.ms", "1000"));

    private final Logger kurier = (Logger) LoggerFactory.getLogger(IgnoredSettings.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        kurier.addAppender(lines);
    }

    @AfterEach
    void stop() {
        kurier.detachAppender(lines);
    }

    private static Map<String, Object> supportedAnd(String... names) {
        Map<String, Object> config = new HashMap<>(SUPPORTED);
        for (String name : names) {
            config.put(name, "a-s3cret");
        }
        return config;
    }

    @Test
    void oneWarningListsWhatHasNoEffectWithoutItsValue() {
        Map<String, Object> config = supportedAnd(
                "normalize.schemas",
                "latest.compatibility.strict",
                "schema.registry.ssl.keystore.password",
                "bearer.auth.client.secret",
                "request.header.X-Team",
                "ssl.keystore.password");
        new KurierAvroSerializer().configure(config, false);
        new KurierAvroDeserializer().configure(config, false);
        String expected = " knows no such settings, and they have no effect: bearer.auth.client.secret,"
                + " latest.compatibility.strict, normalize.schemas, request.header.X-Team,"
                + " schema.registry.ssl.keystore.password";
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("KurierAvroSerializer" + expected, "KurierAvroDeserializer" + expected);
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    }

    @Test
    void whatWorksIsPassedOverInSilence() {
        new KurierAvroSerializer().configure(SUPPORTED, false);
        new KurierAvroDeserializer().configure(SUPPORTED, false);
        assertThat(lines.list).isEmpty();
    }

    /** A producer's configuration holds everything it is told. */
    @Test
    void noSettingOfKafkasIsTakenForConfluents() {
        Map<String, Object> kafkas = new HashMap<>();
        ProducerConfig.configNames().forEach(name -> kafkas.put(name, ""));
        ConsumerConfig.configNames().forEach(name -> kafkas.put(name, ""));
        for (String own : List.of("kurier.topic", "my.interceptor.setting", "normalize")) {
            kafkas.put(own, "");
        }
        assertThat(IgnoredSettings.in(kafkas)).isEmpty();
    }
}
