package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.Signatures;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Deliveries when nothing fails. */
@Execution(ExecutionMode.CONCURRENT)
class DeliveryIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    @Test
    void aDeliveryCarriesASignatureThatOthersVerify() throws Exception {
        Webhook webhook = webhook(1, "/hook?token=1");
        kurier.write(webhook);
        kurier.start();
        Event event = Samples.event("job.completed", "job-7", "{\"b\": 1.0, \"ä\": \"\\u00e9\"}");

        kurier.publish(List.of(event));

        Received request =
                kurier.receiver.awaitRequests("/hook", 1, WorkerFixture.SOON).get(0);
        Signatures.verify(request, Samples.SECRET.reveal());
        String id = request.header("webhook-id").orElseThrow();
        assertThat(id).isEqualTo(Ids.delivery(event.getId(), webhook.id())).doesNotContain(".");
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.query()).isEqualTo("token=1");
        assertThat(request.header("webhook-attempt")).contains("1");
        assertThat(request.header("content-type")).contains("application/json");
        assertThat(request.header("host")).contains("127.0.0.1:" + kurier.receiver.port());
        assertThat(request.text())
                .startsWith(
                        "{\"type\":\"job.completed\",\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"job_id\":\"job-7\"");
        kurier.awaitSettled();
        Attempt attempt = kurier.attempts().get(0);
        assertThat(kurier.attempts()).hasSize(1);
        assertThat(attempt.getOutcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(attempt.getDeliveryId()).isEqualTo(id);
        assertThat(attempt.getStatus()).isEqualTo(200);
        assertThat(attempt.getNextAtMs()).isNull();
        assertThat(kurier.receiver.requestCount()).isEqualTo(1);
    }

    @Test
    void tenThousandDeliveriesAreTenThousandAttempts() throws Exception {
        for (int i = 1; i <= 4; i++) {
            kurier.write(webhook(i, "/hook" + i));
        }
        kurier.start(WorkerFixture.NEVER_PARKS);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            events.add(Samples.event("job-" + i % 500, i));
        }

        kurier.publish(events);

        WorkerFixture.await("10,000 requests", () -> kurier.receiver.requestCount() >= 10_000);
        kurier.awaitSettled();
        assertThat(kurier.receiver.requestCount()).isEqualTo(10_000);
        assertThat(kurier.receiver.requests().stream().map(request -> request.header("webhook-id")))
                .doesNotHaveDuplicates();
        assertThat(kurier.attempts())
                .hasSize(10_000)
                .allMatch(attempt -> attempt.getOutcome() == Outcome.DELIVERED)
                .allMatch(attempt -> attempt.getAttempt() == 1);
        for (var committed : kurier.committedEvents().entrySet()) {
            assertThat(committed.getValue().offset()).isEqualTo(kurier.end(committed.getKey()));
        }
        assertThat(kurier.committedEvents()).hasSize(4);
    }

    @Test
    void aJobsEventsArriveInOrder() throws Exception {
        kurier.write(webhook(1, "/hook"));
        kurier.receiver.respondAlways("/hook", Answer.ok().delay(Duration.ofMillis(3)));
        kurier.start(WorkerFixture.NEVER_PARKS);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            events.add(Samples.event("job-" + i % 200, i));
        }

        kurier.publish(events);
        kurier.receiver.awaitRequests("/hook", 2_000, WorkerFixture.SOON);

        Map<String, List<Integer>> byJob = new HashMap<>();
        for (Received request : kurier.receiver.requests("/hook")) {
            String body = request.text();
            String job = body.replaceAll(".*\"job_id\":\"([^\"]+)\".*", "$1");
            int number = Integer.parseInt(body.replaceAll(".*\"n\":(\\d+).*", "$1"));
            byJob.computeIfAbsent(job, j -> new ArrayList<>()).add(number);
        }
        assertThat(byJob).hasSize(200);
        assertThat(byJob.values())
                .allSatisfy(numbers -> assertThat(numbers).hasSize(10).isSorted());
        assertThat(kurier.receiver.mostInFlight("/hook"))
                .as("jobs do not wait for each other")
                .isBetween(2, 64);
        assertThat(kurier.attempts(Outcome.PARKED)).isEmpty();
    }

    @Test
    void aWebhookRegisteredJustBeforeTheEventGetsIt() throws Exception {
        kurier.start();
        for (int i = 1; i <= 10; i++) {
            kurier.write(webhook(i, "/hook" + i));
            kurier.publish(List.of(Samples.event("job-" + i, i)));
            kurier.receiver.awaitRequests("/hook" + i, 1, WorkerFixture.SOON);
        }
        kurier.awaitSettled();

        for (int i = 1; i <= 10; i++) {
            assertThat(kurier.receiver.requestCount("/hook" + i)).isEqualTo(11 - i);
        }
    }

    @Test
    void onlyTheWebhooksOfItsTenantAndTypeGetAnEvent() throws Exception {
        Webhook other = webhook(1, "/other-type");
        kurier.write(Samples.webhook(1, other.url().text(), "download.*", Samples.NEVER_AGAIN, Duration.ofSeconds(5)));
        kurier.write(webhook(2, "/hook"));
        kurier.start();
        Event foreign = Samples.event("job-1", 1);
        foreign.setTenant("another");

        kurier.publish(List.of(foreign, Samples.event("job-1", 2)));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests()).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo("/hook");
            assertThat(request.text()).contains("\"n\":2");
        });
    }

    @Test
    void aThrottledTypeDeliversItsNewestEventBeforeALaterEventOfTheJob() throws Exception {
        kurier.write(Samples.throttled(
                1, kurier.receiver.url("/hook"), new Throttle(Map.of("download.progress", Duration.ofSeconds(30)))));
        kurier.write(webhook(2, "/all"));
        kurier.start();
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(Samples.event("download.progress", "job-1", "{\"n\":" + i + "}"));
        }
        events.add(Samples.event("download.completed", "job-1", "{\"n\":20}"));

        kurier.publish(events);
        kurier.receiver.awaitRequests("/hook", 3, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests("/hook").stream()
                        .map(request -> request.text().replaceAll(".*\"n\":(\\d+).*", "$1")))
                .containsExactly("0", "19", "20");
        assertThat(kurier.attempts(Outcome.SUPERSEDED)).hasSize(18).allMatch(attempt -> attempt.getAttempt() == 0);
        assertThat(kurier.receiver.requests("/all")).hasSize(21);
    }

    /** The worker that takes over delivers the event that its predecessor held back, without waiting for the interval. */
    @Test
    void aThrottledEventIsDeliveredThoughItsWorkerStops() throws Exception {
        kurier.write(Samples.throttled(
                1, kurier.receiver.url("/hook"), new Throttle(Map.of("download.progress", Duration.ofSeconds(60)))));
        WorkerFixture.Worker first = kurier.start();
        kurier.publish(List.of(Samples.event("download.progress", "job-1", "{\"n\":1}")));
        kurier.receiver.awaitRequests("/hook", 1, WorkerFixture.SOON);
        kurier.awaitSettled();
        kurier.publish(List.of(
                Samples.event("download.progress", "job-1", "{\"n\":2}"),
                Samples.event("download.progress", "job-1", "{\"n\":3}")));
        WorkerFixture.await(
                "one is superseded", () -> kurier.attempts(Outcome.SUPERSEDED).size() == 1);
        assertThat(kurier.receiver.requestCount()).isEqualTo(1);

        kurier.stop(first);
        kurier.start();

        assertThat(kurier.receiver
                        .awaitRequests("/hook", 2, WorkerFixture.SOON)
                        .get(1)
                        .text())
                .contains("\"n\":3");
        kurier.awaitSettled();
        assertThat(kurier.attempts(Outcome.DELIVERED)).hasSize(2);
    }

    private Webhook webhook(long number, String path) {
        return Samples.webhook(number, kurier.receiver.url(path));
    }
}
