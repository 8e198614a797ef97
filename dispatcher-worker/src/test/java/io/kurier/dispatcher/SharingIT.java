package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many webhooks share one worker, and several workers share one topic. */
class SharingIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    @AutoClose
    private final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());

    @Test
    void aWideEventReachesEveryWebhookOnceThroughItsLane() throws Exception {
        for (int i = 1; i <= 250; i++) {
            kurier.write(Samples.webhook(i, kurier.receiver.url("/hook" + i)));
        }
        kurier.start();

        kurier.publish(events("job", 2));
        WorkerFixture.await("500 requests", () -> kurier.receiver.requestCount() >= 500);
        kurier.awaitSettled();

        for (int i = 1; i <= 250; i++) {
            assertThat(kurier.receiver.requests("/hook" + i).stream().map(request -> request.header("webhook-id")))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
        Map<Outcome, Long> outcomes =
                kurier.attempts().stream().collect(Collectors.groupingBy(Attempt::getOutcome, Collectors.counting()));
        assertThat(outcomes).isEqualTo(Map.of(Outcome.PARKED, 500L, Outcome.DELIVERED, 500L));
    }

    @Tag("long")
    @Test
    void anEventForTenThousandWebhooksReachesAllWhileOtherEventsContinue() throws Exception {
        for (int i = 1; i <= 10_000; i++) {
            kurier.write(Samples.webhook(
                    i, kurier.receiver.url("/wide"), "wide.*", Samples.NEVER_AGAIN, Duration.ofSeconds(10)));
        }
        kurier.write(Samples.webhook(
                10_001, kurier.receiver.url("/other"), "job.*", Samples.NEVER_AGAIN, Duration.ofSeconds(10)));
        kurier.start();

        kurier.publish(List.of(Samples.event("wide.event", "wide-job", "{\"text\":\"" + "x".repeat(1_000) + "\"}")));
        long beganMs = System.currentTimeMillis();
        long slowestMs = 0;
        for (int sent = 1; kurier.receiver.requestCount("/wide") < 10_000; sent++) {
            long atMs = System.currentTimeMillis();
            kurier.publish(events("other" + sent, 1));
            kurier.receiver.awaitRequests("/other", sent, WorkerFixture.SOON);
            slowestMs = Math.max(slowestMs, System.currentTimeMillis() - atMs);
        }
        System.out.println("10,000 deliveries of one event in " + (System.currentTimeMillis() - beganMs)
                + " ms; the slowest other took " + slowestMs + " ms");
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests("/wide").stream().map(request -> request.header("webhook-id")))
                .hasSize(10_000)
                .doesNotHaveDuplicates();
    }

    /** Large events wait for a slow receiver; reading continues only as their bytes leave memory. */
    @Test
    void largeEventsAllArriveThoughFewFitIntoMemory() throws Exception {
        kurier.receiver.respondAlways("/slow", Answer.ok().delay(Duration.ofMillis(5)));
        kurier.write(Samples.webhook(1, kurier.receiver.url("/slow")));
        kurier.start("KURIER_MAX_OPEN_BYTES", "65536", "KURIER_WEBHOOK_CONCURRENCY", "2");
        List<Event> large = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            large.add(Samples.event("job.completed", "job-" + i, "{\"text\":\"" + "x".repeat(50_000) + "\"}"));
        }

        kurier.publish(large);
        kurier.receiver.awaitRequests("/slow", 100, WorkerFixture.SOON);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requestCount()).isEqualTo(100);
        assertThat(kurier.attempts()).hasSize(100);
    }

    @Test
    void aReceiverThatNeverAnswersDoesNotStopTheOthers() throws Exception {
        kurier.receiver.respondAlways("/hole", Answer.never());
        kurier.write(
                Samples.webhook(1, kurier.receiver.url("/hole"), "*", Samples.NEVER_AGAIN, Duration.ofSeconds(30)));
        kurier.write(Samples.webhook(2, kurier.receiver.url("/well")));
        kurier.start("KURIER_DRAIN_TIMEOUT", "0ms");

        for (int sent = 0; sent < 1_500; sent += 100) {
            int enough = sent - 100;
            WorkerFixture.await("no backlog", () -> kurier.receiver.requestCount("/well") >= enough);
            kurier.publish(events("job-" + sent + "-", 100));
        }
        kurier.receiver.awaitRequests("/well", 1_500, Duration.ofSeconds(20));

        assertThat(kurier.receiver.requestCount("/well")).isEqualTo(1_500);
        assertThat(kurier.receiver.mostInFlight("/hole"))
                .as("requests in flight, expected at most 64 on each path")
                .isBetween(1, 128);
        assertThat(kurier.attempts(Outcome.DELIVERED))
                .allMatch(attempt -> attempt.getWebhookId().endsWith("2"));
    }

    @Test
    void stoppingOneOfTwoBusyWorkersLosesAndRepeatsNothing() throws Exception {
        kurier.write(Samples.webhook(1, kurier.receiver.url("/hook")));
        kurier.receiver.respondAlways("/hook", Answer.ok().delay(Duration.ofMillis(5)));
        WorkerFixture.Worker stays = kurier.start(WorkerFixture.NEVER_PARKS);
        WorkerFixture.Worker leaves = kurier.start(WorkerFixture.NEVER_PARKS);
        int sent = 0;
        while (stays.count("delivered") < 200 || leaves.count("delivered") < 200) {
            kurier.publish(events("job-" + sent + "-", 100));
            sent += 100;
            int most = sent;
            WorkerFixture.await("no backlog", () -> kurier.receiver.requestCount() > most - 500);
        }

        Thread publisher = new Thread(() -> kurier.publish(events("late", 2_000)));
        publisher.start();
        double before = leaves.count("delivered");
        WorkerFixture.await("the worker is busy", () -> leaves.count("delivered") > before + 50);
        kurier.stop(leaves);
        publisher.join();
        int total = sent + 2_000;
        WorkerFixture.await("all arrived", () -> kurier.receiver.requestCount() >= total);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests().stream().map(request -> request.header("webhook-id")))
                .hasSize(total)
                .doesNotHaveDuplicates();
        assertThat(kurier.attempts(Outcome.DELIVERED)).hasSize(total);
        assertThat(leaves.dispatcher().failure()).isNotDone();
    }

    private static List<Event> events(String job, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.event(job + i, i));
        }
        return events;
    }
}
