import io.kurier.schemas.publisher.EventPublisher;
import io.kurier.schemas.publisher.OutgoingEvent;
import java.time.Duration;
import java.util.Map;

/**
 * Example of an upstream service that publishes the events of one job directly to Kafka. Build with
 * {@code ./kurier build}, then run
 * {@code java -cp 'benchmarks/target/lib/*' examples/Publisher.java 127.0.0.1:9092 [REGISTRY_URL]}.
 * Exit 0: Kafka has every event; 1: it does not; 2: no broker address was given.
 */
public class Publisher {
    private static final int STEPS = 4;

    public static void main(String[] args) throws Exception {
        if (args.length < 1) {
            System.err.println("usage: java -cp 'benchmarks/target/lib/*' examples/Publisher.java BROKERS [REGISTRY_URL]");
            System.exit(2);
        }
        Map<String, Object> settings = args.length == 1
                ? Map.of("bootstrap.servers", args[0])
                : Map.of("bootstrap.servers", args[0], "schema.registry.url", args[1]);
        String job = "job-" + System.currentTimeMillis();
        try (EventPublisher publisher = new EventPublisher(settings, Publisher::report)) {
            for (int step = 1; step < STEPS; step++) {
                publisher.emit("job.progress", job, "{\"progress\": " + 100 * step / STEPS + "}");
            }
            publisher.emit(OutgoingEvent.of("job.completed", job, "{\"status\": \"completed\"}")
                    .withId(job + "/completed")
                    .withHeader("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
            boolean done = publisher.flush(Duration.ofSeconds(30));
            System.out.println(job + ": " + publisher.published() + " published, " + publisher.dropped() + " dropped");
            System.exit(done && publisher.published() == STEPS ? 0 : 1);
        }
    }

    private static void report(io.kurier.schemas.publisher.Dropped dropped) {
        System.err.println("dropped " + dropped.event().type() + ": " + dropped.reason() + " " + dropped.cause());
    }
}
