package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Event;
import io.kurier.schemas.publisher.Dropped;
import io.kurier.schemas.publisher.EventPublisher;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that an upstream service publishes with the library reach a webhook through a real broker and worker. */
class EventPublisherIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static final int EVENTS = 500;
    private static final int JOBS = 7;

    /** With a linger of a minute, only closing the publisher sends the last events. */
    @Test
    void closingPublishesTheBufferedEventsAndAWorkerDeliversThem() throws Exception {
        List<Dropped> drops = new CopyOnWriteArrayList<>();
        try (WorkerFixture kurier = new WorkerFixture(KAFKA.broker())) {
            kurier.receiver.respondAlways("/hook", Answer.ok());
            kurier.write(Samples.webhook(1, kurier.receiver.url("/hook")));
            EventPublisher publisher = new EventPublisher(
                    Map.of(
                            "bootstrap.servers",
                            KAFKA.broker().bootstrapServers(),
                            "kurier.topic",
                            kurier.topics().events(),
                            "linger.ms",
                            60_000),
                    drops::add);
            for (int n = 0; n < EVENTS; n++) {
                assertThat(publisher.emit("job.progress", "job-" + n % JOBS, "{\"n\":" + n + "}"))
                        .isTrue();
            }
            assertThat(publisher.published())
                    .as("published before closing, expected most to be buffered")
                    .isLessThan(EVENTS);
            publisher.close();

            assertThat(publisher.published()).isEqualTo(EVENTS);
            assertThat(drops).isEmpty();
            Map<String, List<Integer>> ofJobs = new TreeMap<>();
            for (Event event : kurier.read(kurier.topics().events(), Event.class)) {
                ofJobs.computeIfAbsent(event.getJobId(), job -> new ArrayList<>())
                        .add(n(event));
            }
            assertThat(ofJobs)
                    .as("in each job's order")
                    .isEqualTo(
                            IntStream.range(0, EVENTS).boxed().collect(Collectors.groupingBy(n -> "job-" + n % JOBS)));
            kurier.start();
            kurier.receiver.awaitRequests("/hook", EVENTS, WorkerFixture.SOON);
            kurier.awaitSettled();
            assertThat(kurier.read(kurier.topics().quarantine())).isEmpty();
        }
    }

    private static int n(Event event) {
        return Integer.parseInt(UTF_8.decode(event.getData()).toString().replaceAll("\\D", ""));
    }
}
