package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.routing.WideFanOut;
import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.Signatures;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An ad-hoc webhook (a URL that an event names itself) gets the event as a registered webhook would, with the tenant's settings
 * at the time of the attempt: on the direct path, from a lane, as a retry and as a replay.
 */
class AdHocWebhookIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private static final AtomicInteger TENANTS = new AtomicInteger();

    @AutoClose
    private static WorkerFixture kurier;

    private static WorkerFixture.Worker worker;

    private final String tenant = "t" + TENANTS.incrementAndGet();
    private final String path = "/one-off/" + tenant;

    @BeforeAll
    static void start() throws Exception {
        kurier = new WorkerFixture(KAFKA.broker());
        worker = kurier.start();
    }

    @BeforeEach
    void allow() throws Exception {
        kurier.write(tenant(true, null));
    }

    private Tenant tenant(boolean allowed, @Nullable RateLimit rate) {
        RetryPolicy once = new RetryPolicy(List.of(FIVE_SECONDS), 0);
        CustomHeaders headers = CustomHeaders.of(Map.of("X-Of", "the tenant"));
        WebhookDefaults defaults = new WebhookDefaults(Samples.SECRET, Duration.ofSeconds(9), once, rate, headers);
        return new Tenant(tenant, defaults, allowed, null, Tenant.Quota.INSTALLATIONS, false, 1, 1);
    }

    private Webhook webhook(int number) {
        WebhookUrl url = WebhookUrl.parse(kurier.receiver.url("/hook/" + tenant));
        return Webhook.of(Ids.webhook(number), tenant, url, Signing.with(Samples.SECRET))
                .number(number)
                .revision(1)
                .build();
    }

    private Event event(String jobId) {
        Event event = Samples.event(jobId, 1);
        event.setTenant(tenant);
        return event;
    }

    private Event addressed(String jobId) {
        return kurier.addressed(event(jobId), kurier.receiver.url(path + "?token=t-1"));
    }

    private List<Attempt> attempts(Outcome outcome) throws Exception {
        return kurier.attempts(outcome).stream()
                .filter(attempt -> attempt.getTenant().equals(tenant))
                .toList();
    }

    private List<DeadLetter> deadLetters() throws Exception {
        return kurier.read(kurier.topics().deadLetters(), DeadLetter.class).stream()
                .filter(letter -> letter.getTenant().equals(tenant))
                .toList();
    }

    @Test
    void anAdHocWebhookGetsTheEventSignedWithTheTenantsSecret() throws Exception {
        kurier.write(webhook(1));
        Event event = addressed("job-1");
        kurier.publish(List.of(event, event("job-2")));
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests("/hook/" + tenant)).hasSize(2);
        assertThat(kurier.receiver.requests(path)).singleElement().satisfies(request -> {
            Signatures.verify(request, Samples.SECRET.reveal());
            assertThat(request.query()).isEqualTo("token=t-1");
            assertThat(request.header("x-of")).contains("the tenant");
            assertThat(request.header("webhook-id"))
                    .contains(Ids.delivery(event.getId(), event.getOneOff().getWebhookId()));
        });
        assertThat(attempts(Outcome.DELIVERED)).hasSize(3);
        assertThat(attempts(Outcome.PARKED))
                .as("parked, expected only the direct path")
                .isEmpty();
    }

    @Test
    void aFailingAdHocWebhookIsRetriedThenDeadThenReplayed() throws Exception {
        kurier.receiver.respondAlways(path, Answer.status(503));
        Event event = addressed("job-1");
        kurier.publish(List.of(event));
        kurier.awaitSettled();

        List<Delivery> waiting = Stream.concat(kurier.retries("1s").stream(), kurier.retries("5s").stream())
                .filter(delivery -> delivery.getEvent().getTenant().equals(tenant))
                .toList();
        assertThat(waiting).singleElement().satisfies(found -> {
            assertThat(found.getWebhookId()).isEqualTo(event.getOneOff().getWebhookId());
            assertThat(found.getReason()).isEqualTo(Waiting.RETRY);
        });
        Delivery retry = waiting.get(0);
        retry.setDueAtMs(0);
        kurier.toLane(retry);
        WorkerFixture.await("the dead letter", () -> !attempts(Outcome.DEAD).isEmpty());
        kurier.awaitSettled();
        List<DeadLetter> letters = deadLetters();
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.getEntry().getReason()).isEqualTo("exhausted");
            assertThat(letter.getEntry().getStatus()).isEqualTo(503);
        });

        kurier.receiver.respondAlways(path, Answer.ok());
        Delivery dead = letters.get(0).getEntry().getDelivery();
        dead.setRun(1);
        dead.setRunAttempts(0);
        dead.setReason(Waiting.REPLAY);
        kurier.toLane(dead);
        WorkerFixture.await(
                "the replay is delivered", () -> attempts(Outcome.DELIVERED).size() == 1);
        List<Received> requests = kurier.receiver.requests(path);
        assertThat(requests).hasSize(3);
        Signatures.verify(requests.get(2), Samples.SECRET.reveal());
        assertThat(requests.get(2).header("webhook-attempt")).contains("3");
    }

    @Test
    void anAnswerOf410EndsOnlyThatDelivery() throws Exception {
        kurier.receiver.respondAlways(path, Answer.status(410));
        kurier.publish(List.of(addressed("job-1")));
        kurier.awaitSettled();
        kurier.receiver.respondAlways(path, Answer.ok());
        kurier.publish(List.of(addressed("job-2")));
        kurier.awaitSettled();

        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.getEntry().getReason()).isEqualTo("gone"));
        assertThat(kurier.receiver.requests(path)).hasSize(2);
        assertThat(attempts(Outcome.DELIVERED)).hasSize(1);
        assertThat(kurier.read(kurier.topics().circuits())).isEmpty();
    }

    @Test
    void anAdHocWebhookWithARateLimitIsAttemptedInItsLane() throws Exception {
        kurier.write(tenant(true, new RateLimit(2, Duration.ofMillis(400))));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            events.add(addressed("job-" + i));
        }
        kurier.publish(events);
        WorkerFixture.await(
                "all requests arrived", () -> kurier.receiver.requests(path).size() == 6);
        kurier.awaitSettled();

        assertThat(attempts(Outcome.PARKED)).hasSize(6);
        List<Long> started = attempts(Outcome.DELIVERED).stream()
                .filter(attempt ->
                        attempt.getWebhookId().equals(events.get(0).getOneOff().getWebhookId()))
                .map(Attempt::getAtMs)
                .sorted()
                .toList();
        assertThat(started).hasSize(6);
        for (int i = 2; i < started.size(); i++) {
            assertThat(started.get(i) - started.get(i - 2)).as("%s", started).isGreaterThanOrEqualTo(400);
        }
    }

    @Test
    void deliveriesThatTheTenantNoLongerAllowsAreDiscardedAndRegisteredWebhooksGetTheirs() throws Exception {
        Event event = addressed("job-1");
        kurier.write(webhook(1));
        kurier.write(tenant(false, null));
        WorkerFixture.await(
                "the worker knows",
                () -> !worker.runtime().tenants().orPlain(tenant).allowWebhookUrl());
        kurier.publish(List.of(event));
        Event inLane = addressed("job-2");
        String id = inLane.getOneOff().getWebhookId();
        kurier.toLane(
                new Delivery(Ids.delivery(inLane.getId(), id), inLane, id, 0, 1, 1, 0L, Waiting.RETRY, 0L, false));
        WorkerFixture.await(
                "both are discarded", () -> attempts(Outcome.DISCARDED).size() == 2);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests(path)).isEmpty();
        assertThat(attempts(Outcome.DISCARDED))
                .extracting(Attempt::getWebhookId)
                .containsOnly(id);
        assertThat(kurier.receiver.requests("/hook/" + tenant)).hasSize(1);
    }

    @Test
    void anAdHocWebhookThatNoApiEncryptedForTheEventIsQuarantined() throws Exception {
        Event event = event("job-1");
        event.setOneOff(addressed("job-2").getOneOff());
        kurier.publish(List.of(event));
        kurier.awaitSettled();

        assertThat(kurier.read(kurier.topics().quarantine())).hasSize(1);
        assertThat(kurier.receiver.requests(path)).isEmpty();
    }

    /** The next event of the job has few enough webhooks for the direct path, but must not overtake the wide one. */
    @Test
    void anAdHocWebhookOfAWideEventGetsItInOrder() throws Exception {
        for (int i = 1; i <= WideFanOut.MORE_THAN + 1; i++) {
            kurier.write(webhook(i)
                    .with()
                    .events(List.of(new EventPattern("job.progress")))
                    .build());
        }
        Event next = addressed("job-1");
        next.setType("job.completed");
        kurier.publish(List.of(addressed("job-1"), next));
        int all = WideFanOut.MORE_THAN + 3;
        WorkerFixture.await(
                "all are delivered", () -> attempts(Outcome.DELIVERED).size() == all);
        kurier.awaitSettled();

        assertThat(kurier.receiver.requests(path))
                .extracting(request -> request.text().contains("job.completed"))
                .containsExactly(false, true);
        assertThat(kurier.receiver.requests("/hook/" + tenant)).hasSize(all - 2);
    }
}
