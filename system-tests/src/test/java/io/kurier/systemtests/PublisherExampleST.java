package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Event;
import io.kurier.testkit.kafka.BrokerFixture;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs the example of an upstream service as its documentation says. */
class PublisherExampleST {
    private static final Path EXAMPLE = Path.of("..", "examples", "Publisher.java");

    @Test
    void theExamplePublishesTheEventsOfOneJob() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start();
                TestInstallation installation = new TestInstallation(broker, Map.of("KURIER_TOPIC_PREFIX", "kurier."));
                ChildProcess example = ChildProcess.startSource(EXAMPLE, broker.bootstrapServers())) {
            assertThat(example.awaitExit(ChildProcess.WAIT_LIMIT))
                    .as(example.output())
                    .isZero();
            assertThat(example.awaitLine("published")).endsWith(": 4 published, 0 dropped");
            assertThat(installation.read(installation.runtime.topics().events(), Event.class))
                    .extracting(Event::getType)
                    .containsExactly("job.progress", "job.progress", "job.progress", "job.completed");
        }
    }

    @Test
    void withoutABrokerAddressTheExamplePrintsItsUsage() throws Exception {
        try (ChildProcess example = ChildProcess.startSource(EXAMPLE)) {
            assertThat(example.awaitExit(ChildProcess.WAIT_LIMIT))
                    .as(example.output())
                    .isEqualTo(2);
            assertThat(example.awaitLine("usage: ")).contains("BROKERS");
        }
    }
}
