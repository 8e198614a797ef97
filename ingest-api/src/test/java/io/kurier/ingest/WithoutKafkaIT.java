package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.publish.EventAppender;
import io.kurier.schemas.Event;
import io.kurier.testkit.kafka.BrokerFixture;
import io.kurier.testkit.kafka.KafkaExtension;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers are told when Kafka is gone: soon, and never that something was stored; and what is kept for it meanwhile. */
class WithoutKafkaIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perTest();

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LARGE_BYTES = 900 * 1024;
    private static final int MAX_BUFFERED_BYTES = 32 * 1024 * 1024;

    @Test
    void nothingIsAcceptedAndCallersKnowItSoon(BrokerFixture broker) throws Exception {
        TestApi api = TestApi.start(broker);
        try {
            ApiCaller caller = api.caller();
            String event = "{\"type\":\"a\",\"data\":1}";
            caller.post("/events", event).is(202);
            String webhook = caller.webhook("https://example.com/");
            broker.close();

            long start = System.nanoTime();
            Answer single = caller.post("/events", event);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            single.problem(503);
            assertThat(single.header("retry-after")).isEqualTo("1");

            start = System.nanoTime();
            Answer array = caller.post("/events", "[7," + String.join(",", Collections.nCopies(999, event)) + "]");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            JsonNode items = array.is(503).json();
            assertThat(array.header("retry-after")).isEqualTo("1");
            assertThat(items.path(0).path("status").asText()).isEqualTo("refused");
            assertThat(items.findValuesAsText("status").subList(2, 1_000)).containsOnly("unknown");

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> api.send(HttpRequest.newBuilder(api.uri("/health/ready")))
                            .is(503));
            caller.get("/webhooks/" + webhook).is(200);
        } finally {
            long start = System.nanoTime();
            api.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void whatWaitsForKafkaIsBoundedAndIsToldOfInTheEnd(BrokerFixture broker) throws Exception {
        try (TestApi api = TestApi.start(broker);
                EventAppender events = new EventAppender(api.runtime())) {
            events.open();
            broker.close();
            int offered = 100;
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger stored = new AtomicInteger();
            for (int i = 0; i < offered; i++) {
                events.append(large(), failure -> {
                    answered.incrementAndGet();
                    stored.addAndGet(failure == null ? 1 : 0);
                });
            }
            long waiting = offered - answered.get();
            // none, when the broker's last word was that it leads no partition any more
            assertThat(waiting * LARGE_BYTES).isLessThanOrEqualTo(MAX_BUFFERED_BYTES);
            await().atMost(SOON).until(() -> answered.get() == offered);
            assertThat(stored).hasValue(0);
        }
    }

    private static Event large() {
        return Event.newBuilder()
                .setId("evt_large")
                .setTenant("default")
                .setType("a")
                .setJobId("job")
                .setTime(Instant.EPOCH)
                .setData(ByteBuffer.wrap(new byte[LARGE_BYTES]))
                .build();
    }
}
