package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.ScriptedSender;
import io.kurier.dispatcher.WorkerHarness;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.expressions.Condition;
import io.kurier.expressions.Transform;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptRunnerTest {
    private static final AdHocWebhook AD_HOC =
            new AdHocWebhook("wh_" + "a".repeat(26), Samples.TENANT, WebhookUrl.parse("https://ad-hoc.example.com/"));

    private final Webhook webhook = Samples.webhook(1, "https://one.example.com/");

    private static Tenant allowingAdHoc(boolean allows) {
        WebhookDefaults defaults =
                new WebhookDefaults(Samples.SECRET, null, Samples.NEVER_AGAIN, null, CustomHeaders.NONE);
        return new Tenant(Samples.TENANT, defaults, allows, null, Tenant.Quota.INSTALLATIONS, false, 1, 0);
    }

    private static Delivery retry(String job) {
        Delivery delivery = Samples.delivery(Samples.event(job, 0), Waiting.RETRY, 0);
        delivery.setAttempts(1);
        delivery.setRunAttempts(1);
        return delivery;
    }

    private static List<String> webhooks(List<ScriptedSender.Request> requests) {
        return requests.stream().map(request -> request.webhookId).toList();
    }

    @Test
    void withTablesOfFiveSecondsRetriesWaitAndFirstAttemptsGoOn() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.tablesUnconfirmedFor(Duration.ofSeconds(5));
        worker.turn();

        worker.toLane(retry("a"));
        worker.publish(Samples.event("b", 1));
        worker.advanceMs(1_000);

        assertThat(worker.sender.only().attempt).isEqualTo(1);
        assertThat(worker.waiting(WaitReason.STALE_TABLES)).isEqualTo(1);
        worker.tablesUnconfirmedFor(Duration.ofMillis(4_999));
        worker.turn();
        assertThat(worker.sender.inFlight()).hasSize(2);
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void withTablesOfThirtySecondsNothingIsAttempted() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.tablesUnconfirmedFor(Duration.ofSeconds(30));
        worker.turn();

        worker.publish(Samples.event("b", 1));
        worker.advanceMs(1_000);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.waiting(WaitReason.STALE_TABLES)).isEqualTo(1);
        worker.tablesUnconfirmedFor(Duration.ofSeconds(29));
        worker.turn();
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void aReplayWaitsForFreshTablesLikeARetry() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.tablesUnconfirmedFor(Duration.ofSeconds(5));
        worker.turn();
        Delivery replay = Samples.delivery(Samples.event("a", 0), Waiting.PARKED, 0);
        replay.setRun(1);

        worker.toLane(replay);
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.waiting(WaitReason.STALE_TABLES)).isEqualTo(1);
    }

    @Test
    void queuesOfOneHostTakeTurnsOnceItHasNoPlaceLeft() {
        WorkerHarness worker = new WorkerHarness("KURIER_HOST_CONCURRENCY", "1");
        Webhook other = Samples.webhook(2, "https://one.example.com/other");
        Webhook elsewhere = Samples.webhook(3, "https://elsewhere.example.com/");
        List.of(webhook, other, elsewhere).forEach(worker::register);

        worker.publish(Samples.event("a", 0), Samples.event("b", 1));

        assertThat(webhooks(worker.sender.inFlight())).contains(webhook.id(), elsewhere.id());
        assertThat(worker.sender.inFlight(elsewhere.id())).hasSize(1);
        assertThat(worker.waiting(WaitReason.HOST_CONCURRENCY)).isEqualTo(4);
        worker.sender.inFlight(webhook.id()).get(0).answer(200);
        assertThat(worker.sender.inFlight(webhook.id()))
                .as("the other webhook's turn")
                .isEmpty();
        assertThat(worker.sender.inFlight(other.id())).hasSize(1);
        worker.sender.answerAll(200);
        assertThat(worker.sender.all()).hasSize(6);
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void queuesTakeTurnsOnceTheWorkerHasNoPlaceLeft() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_IN_FLIGHT", "1");
        Webhook second = Samples.webhook(2, "https://two.example.com/");
        Webhook third = Samples.webhook(3, "https://three.example.com/");
        List.of(webhook, second, third).forEach(worker::register);

        worker.publish(Samples.event("a", 0), Samples.event("b", 1));
        assertThat(worker.waiting(WaitReason.WORKER_CONCURRENCY)).isEqualTo(5);
        worker.sender.answerAll(200);

        assertThat(webhooks(worker.sender.all()))
                .containsExactly(webhook.id(), second.id(), third.id(), webhook.id(), second.id(), third.id());
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void aQueueThatHasNothingToSendAnyMorePassesItsPlaceOn() {
        WorkerHarness worker = new WorkerHarness("KURIER_MAX_IN_FLIGHT", "1");
        Webhook second = worker.register(
                Samples.webhook(2, "https://two.example.com/", "b.*", Samples.NEVER_AGAIN, Duration.ofSeconds(1)));
        Webhook third = worker.register(
                Samples.webhook(3, "https://three.example.com/", "c.*", Samples.NEVER_AGAIN, Duration.ofSeconds(1)));
        worker.publish(Samples.event("c.x", "first", "{}"));
        worker.publish(Samples.event("b.x", "deleted", "{}"), Samples.event("c.x", "third", "{}"));
        assertThat(worker.waiting(WaitReason.WORKER_CONCURRENCY)).isEqualTo(2);

        worker.delete(second);
        worker.sender.only().answer(200);

        assertThat(worker.sender.only().webhookId).isEqualTo(third.id());
        worker.sender.answerAll(200);
        worker.advanceMs(100);
        assertThat(worker.log.attempts(Outcome.DISCARDED)).hasSize(1);
        assertThat(worker.waiting().total()).isZero();
    }

    @Test
    void aFailingProxyLetsOneAttemptThroughAfterItsPause() {
        WorkerHarness worker = new WorkerHarness(
                "KURIER_PROXY_URL", "http://proxy.example.com:3128", "KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.publish(Samples.event("a", 0));

        worker.sender.only().fail("proxy");
        worker.publish(Samples.event("b", 1), Samples.event("c", 2));
        worker.advanceMs(900);

        assertThat(worker.sender.inFlight()).isEmpty();
        assertThat(worker.waiting(WaitReason.WORKER_CONCURRENCY)).isEqualTo(2);
        assertThat(worker.count("kurier.circuit.openings"))
                .as("it is not the receiver's failure")
                .isZero();
        worker.advanceMs(4_200);
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void aTransformThatFailsMakesADeadLetterWithoutAnAttempt() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook, null, event -> new Transform.Result.Failed("no such field"));

        worker.publish(Samples.event("a", 0));
        worker.advanceMs(100);

        assertThat(worker.sender.all()).isEmpty();
        assertThat(worker.log.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(dead.getEntry().getReason()).isEqualTo("transform_failed");
            assertThat(dead.getEntry().getError()).isEqualTo("no such field");
        });
        assertThat(worker.log.attempts(Outcome.DEAD))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.getAttempt()).isZero());
    }

    @Test
    void aTransformMakesTheBody() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(
                webhook, null, event -> new Transform.Result.Body("{\"x\":1}".getBytes(StandardCharsets.UTF_8)));

        worker.publish(Samples.event("a", 0));

        assertThat(worker.sender.only().body).isEqualTo("{\"x\":1}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPendingConditionIsEvaluatedBeforeTheAttempt(boolean isWanted) {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook, event -> new Condition.Result.Value(isWanted), null);
        Delivery unjudged = Samples.delivery(Samples.event("a", 0), Waiting.PARKED, 0);
        unjudged.setUnjudged(true);

        worker.toLane(unjudged);
        worker.advanceMs(100);

        assertThat(worker.sender.all()).hasSize(isWanted ? 1 : 0);
        assertThat(worker.log.outcomes()).isEqualTo(isWanted ? List.of() : List.of(Outcome.DISCARDED));
    }

    @Test
    void anAdHocWebhookIsAttemptedAsItsTenantSaysNow() {
        WorkerHarness worker = new WorkerHarness();
        worker.change(allowingAdHoc(true));

        worker.publish(Samples.event("a", 0), AD_HOC);
        assertThat(worker.sender.only().webhookId).isEqualTo(AD_HOC.webhookId());
        worker.sender.only().answer(200);
        worker.change(allowingAdHoc(false));
        worker.publish(Samples.event("b", 1), AD_HOC);
        worker.advanceMs(100);

        assertThat(worker.sender.all()).hasSize(1);
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED, Outcome.DISCARDED);
        assertThat(worker.committed(worker.events(0))).isEqualTo(2);
    }

    @Test
    void aParkedDeliveryOfAnAdHocWebhookIsAttemptedFromTheLane() {
        WorkerHarness worker = new WorkerHarness();
        worker.change(allowingAdHoc(true));
        Delivery parked = Samples.delivery(Samples.event("a", 0), Waiting.PARKED, 0);
        parked.setWebhookId(AD_HOC.webhookId());

        worker.toLane(parked, AD_HOC);
        worker.sender.only().answer(200);
        worker.advanceMs(100);

        assertThat(webhooks(worker.sender.all())).containsExactly(AD_HOC.webhookId());
        assertThat(worker.log.outcomes()).containsExactly(Outcome.DELIVERED);
    }

    @Test
    void forbiddingAdHocWebhooksDiscardsTheirWaitingDeliveries() {
        WorkerHarness worker = new WorkerHarness("KURIER_WEBHOOK_CONCURRENCY", "1");
        worker.change(allowingAdHoc(true));
        worker.publish(Samples.event("a", 0), AD_HOC);
        worker.publish(Samples.event("b", 1), AD_HOC);
        assertThat(worker.waiting(WaitReason.QUEUE)).isEqualTo(1);

        worker.change(allowingAdHoc(false));
        worker.sender.only().answer(200);
        worker.advanceMs(100);

        assertThat(worker.log.outcomes()).containsExactlyInAnyOrder(Outcome.DISCARDED, Outcome.DELIVERED);
        assertThat(worker.sender.all()).hasSize(1);
    }

    @Test
    void aRegisteredAndAnAdHocWebhookBothGetTheEvent() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.change(allowingAdHoc(true));

        worker.publish(Samples.event("a", 0), AD_HOC);
        assertThat(webhooks(worker.sender.inFlight())).containsExactly(webhook.id(), AD_HOC.webhookId());
        worker.sender.inFlight(AD_HOC.webhookId()).get(0).answer(200);
        worker.advanceMs(100);
        assertThat(worker.committed(worker.events(0))).isZero();

        WorkerHarness next = worker.successor();
        next.register(webhook);
        next.change(allowingAdHoc(true));
        next.takeOver(next.events(0));
        assertThat(webhooks(next.sender.inFlight()))
                .as("only what was not settled")
                .containsExactly(webhook.id());
    }

    @Test
    void anAttemptThatStartedBeforeAChangeTellsTheCircuitNothing() {
        WorkerHarness worker = new WorkerHarness("KURIER_CIRCUIT_UNANSWERED", "1");
        worker.register(webhook);
        worker.publish(Samples.event("a", 0));

        worker.register(webhook.with().nextRevision().build());
        worker.sender.only().fail("timeout");
        worker.publish(Samples.event("b", 1));

        assertThat(worker.count("kurier.circuit.openings")).isZero();
        assertThat(worker.sender.inFlight()).hasSize(1);
    }

    @Test
    void inFlightCountsEachRequestUntilItEnds() {
        WorkerHarness worker = new WorkerHarness();
        worker.register(webhook);
        worker.publish(Samples.event("a", 0), Samples.event("b", 1));
        assertThat(worker.inFlight()).isEqualTo(2);

        worker.sender.inFlight().get(0).answer(200);

        assertThat(worker.inFlight()).isEqualTo(1);
    }
}
