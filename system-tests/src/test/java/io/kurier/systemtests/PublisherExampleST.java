package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Event;
import io.kurier.testkit.BrokerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of an upstream service runs as its documentation says. */
class PublisherExampleST {
    private static final Path EXAMPLE = Path.of("..", "examples", "Publisher.java");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void itPublishesTheEventsOfOneJob() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start();
                Scene scene = new Scene(broker, Map.of("KURIER_TOPIC_PREFIX", "kurier."));
                Child example = Child.startSource(EXAMPLE, broker.bootstrapServers())) {
            assertThat(example.awaitExit(PATIENCE)).as(example.output()).isZero();
            assertThat(example.awaitLine("published")).endsWith(": 4 published, 0 dropped");
            assertThat(scene.read(scene.runtime.topics().events(), Event.class))
                    .extracting(Event::getType)
                    .containsExactly("job.progress", "job.progress", "job.progress", "job.completed");
        }
    }

    @Test
    void withoutABrokersAddressItTellsWhatItNeeds() throws Exception {
        try (Child example = Child.startSource(EXAMPLE)) {
            assertThat(example.awaitExit(PATIENCE)).as(example.output()).isEqualTo(2);
            assertThat(example.awaitLine("usage: ")).contains("BROKERS");
        }
    }
}
