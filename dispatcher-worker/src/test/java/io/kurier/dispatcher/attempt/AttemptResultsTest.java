package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.CircuitWhy;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptResultsTest {
    private static final RetryPolicy TWICE = new RetryPolicy(List.of(Duration.ofSeconds(5), Duration.ofSeconds(30)), 0);

    private final WorkerHarness worker = new WorkerHarness();

    private Webhook register(RetryPolicy retry) {
        return worker.register(Samples.webhook(1, "https://one.example.com/", "*", retry, Duration.ofSeconds(10)));
    }

    private void toLane(int runAttempts) {
        Delivery delivery = Samples.delivery(Samples.event("job-" + runAttempts, 1), Waiting.RETRY, 0);
        delivery.setAttempts(runAttempts);
        delivery.setRunAttempts(runAttempts);
        worker.toLane(delivery);
    }

    @Test
    void aFailedAttemptIsTriedAgainAfterTheScheduledWait() {
        register(TWICE);
        worker.publish(Samples.event("a", 0));
        worker.advanceMs(200);

        long endedAtMs = worker.clock.millis();
        worker.sender.only().answer(500);
        worker.advanceMs(100);

        assertThat(worker.log.tier("5s")).singleElement().satisfies(retry -> {
            assertThat(retry.getDueAtMs()).isEqualTo(endedAtMs + 5_000);
            assertThat(retry.getAttempts()).isEqualTo(1);
            assertThat(retry.getReason()).isEqualTo(Waiting.RETRY);
        });
        assertThat(worker.log.attempts(Outcome.FAILED))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.getDurationUs()).isEqualTo(200_000));
        assertThat(worker.log.deadLetters()).isEmpty();
        assertThat(worker.committed(worker.events(0))).isEqualTo(1);
    }

    @Test
    void theAttemptAfterTheLastWaitIsTheLast() {
        register(TWICE);
        toLane(1);
        worker.sender.only().answer(500);
        worker.advanceMs(100);
        assertThat(worker.log.tier("30s")).hasSize(1);
        assertThat(worker.log.deadLetters()).isEmpty();

        toLane(2);
        worker.sender.only().answer(500);
        worker.advanceMs(100);

        assertThat(worker.log.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(dead.getEntry().getReason()).isEqualTo("exhausted");
            assertThat(dead.getEntry().getDelivery().getAttempts()).isEqualTo(3);
        });
        assertThat(worker.log.tiers()).hasSize(1);
    }

    @ParameterizedTest(name = "Retry-After {0} with a bound of one hour: due in {1} ms")
    @CsvSource({"2, 5000", "60, 60000", "86400, 3600000", "soon, 5000"})
    void aReceiverCanAskForALongerWaitUpToTheBound(String retryAfter, long waitMs) {
        WorkerHarness bounded = new WorkerHarness("KURIER_MAX_RETRY_AFTER", "1h");
        bounded.register(Samples.webhook(1, "https://one.example.com/", "*", TWICE, Duration.ofSeconds(10)));
        bounded.publish(Samples.event("a", 0));

        long endedAtMs = bounded.clock.millis();
        bounded.sender.only().answer(429, retryAfter);
        bounded.advanceMs(100);

        assertThat(bounded.log.tiers()).singleElement().satisfies(retry -> assertThat(retry.getDueAtMs())
                .isEqualTo(endedAtMs + waitMs));
    }

    @Test
    void aStatusThatTheWebhookGivesUpOnMakesADeadLetterAtOnce() {
        register(new RetryPolicy(TWICE.schedule(), 0, new StatusRules(List.of(), List.of(), List.of("4xx"))));
        worker.publish(Samples.event("a", 0));

        worker.sender.only().answer(422);
        worker.advanceMs(100);

        assertThat(worker.log.deadLetters())
                .singleElement()
                .satisfies(dead -> assertThat(dead.getEntry().getReason()).isEqualTo("refused"));
        assertThat(worker.log.tiers()).isEmpty();
        assertThat(worker.count("kurier.circuit.openings")).isZero();
    }

    @Test
    void an410EndsTheDeliveryAndTellsTheOwnerThatTheReceiverIsGone() {
        Webhook webhook = register(TWICE);
        worker.publish(Samples.event("a", 0));

        worker.sender.only().answer(410);
        worker.publish(Samples.event("b", 1));
        worker.advanceMs(100);

        assertThat(worker.log.deadLetters())
                .singleElement()
                .satisfies(dead -> assertThat(dead.getEntry().getReason()).isEqualTo("gone"));
        CircuitRecord circuit = worker.log.circuit(webhook.id());
        assertThat(circuit).isNotNull();
        assertThat(circuit.getWhy()).isEqualTo(CircuitWhy.GONE);
        assertThat(circuit.getRevision()).isEqualTo(webhook.revision());
        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.log.lanes()).hasSize(1);
    }

    @Test
    void an410OfAnAdHocWebhookEndsOnlyItsDelivery() {
        AdHocWebhook adHoc = new AdHocWebhook(
                "wh_" + "a".repeat(26), Samples.TENANT, WebhookUrl.parse("https://ad-hoc.example.com/"));
        WebhookDefaults defaults = new WebhookDefaults(Samples.SECRET, null, TWICE, null, CustomHeaders.NONE);
        worker.change(new Tenant(Samples.TENANT, defaults, true, null, Tenant.Quota.INSTALLATIONS, false, 1, 0));
        worker.publish(Samples.event("a", 0), adHoc);

        worker.sender.only().answer(410);
        worker.publish(Samples.event("b", 1), adHoc);
        worker.advanceMs(100);

        assertThat(worker.log.deadLetters()).hasSize(1);
        assertThat(worker.log.circuit(adHoc.webhookId())).isNull();
        assertThat(worker.sender.inFlight()).as("the next one is attempted").hasSize(1);
    }

    @Test
    void anAttemptWhosePartitionWasLostLeavesNoOutcome() {
        register(TWICE);
        worker.publish(Samples.event("a", 0));
        worker.lose(worker.events(0));

        worker.sender.only().answer(200);
        worker.advanceMs(200);

        assertThat(worker.log.outcomes()).isEmpty();
        assertThat(worker.log.batches()).isEmpty();
        assertThat(worker.count("kurier.outcomes.dropped")).isEqualTo(1);
        assertThat(worker.counted("delivered")).isZero();
        assertThat(worker.inFlight()).isZero();
    }

    @Test
    void onlyTheLanePublishesThatACircuitOpenedAndThatItClosed() {
        WorkerHarness lane = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1");
        Webhook webhook = lane.register(Samples.webhook(1, "https://one.example.com/"));
        lane.publish(Samples.event("direct", 0));
        lane.sender.only().fail("timeout");
        lane.advanceMs(100);
        assertThat(lane.log.circuit(webhook.id())).isNull();

        lane.toLane(Samples.delivery(Samples.event("a", 1), Waiting.PARKED, 0));
        lane.sender.only().fail("timeout");
        lane.advanceMs(100);
        assertThat(lane.log.circuit(webhook.id())).isNotNull();
        assertThat(lane.count("kurier.circuit.openings")).isEqualTo(2);

        lane.advanceMs(5_000);
        lane.toLane(Samples.delivery(Samples.event("b", 2), Waiting.PARKED, 0));
        lane.sender.only().answer(200);
        lane.advanceMs(100);
        assertThat(lane.log.circuit(webhook.id())).isNull();
        assertThat(lane.log.read(lane.log.topics().circuits()))
                .as("opened, then a tombstone")
                .hasSize(2);
    }

    @Test
    void aFailingProxyDoesNotOpenTheReceiversCircuit() {
        WorkerHarness proxied = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1");
        proxied.register(Samples.webhook(1, "https://one.example.com/"));
        proxied.publish(Samples.event("a", 0));

        proxied.sender.only().fail("proxy");
        proxied.publish(Samples.event("b", 1));

        assertThat(proxied.count("kurier.circuit.openings")).isZero();
        assertThat(proxied.sender.inFlight()).hasSize(1);
    }
}
