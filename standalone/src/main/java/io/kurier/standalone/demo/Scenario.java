package io.kurier.standalone.demo;

import io.kurier.model.Ids;
import io.kurier.model.event.EventPattern;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import io.kurier.standalone.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The demo's scenario: the steps of a user, in order, over the HTTP API. One thread. */
final class Scenario implements AutoCloseable {
    private static final List<String> DASHBOARD_WANTS = List.of("*");
    private static final List<String> BILLING_WANTS =
            List.of("job.*", "ci.run.*", "download.completed", "download.failed");
    private static final List<String> WAITS = List.of("1s", "2s");
    private static final int PAUSE_PER_EVENT_MS = 110;
    private static final int REPLAYED_PER_SECOND = 8;
    /** Limit of each wait; a wait usually takes a few seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Time without any further arrival at the end, in which a duplicate would show. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private record Subscriber(DemoReceiver receiver, String webhookId, List<EventPattern> patterns) {
        boolean wants(String type) {
            return patterns.stream().anyMatch(pattern -> pattern.matches(type));
        }
    }

    private final Observations observations;
    private final LiveView view;
    private final DemoApi api;
    private final DemoDeadline deadline;
    private final DemoReceiver dashboard;
    private final DemoReceiver billing;
    private final AttemptsTopic topic;
    private final List<DemoEvent> events = DemoEvent.all();
    private final List<Subscriber> subscribers = new ArrayList<>();

    Scenario(Installation kurier, Observations observations, LiveView view) {
        this.observations = observations;
        this.view = view;
        this.api = new DemoApi(kurier.url(), kurier.operatorKey());
        this.dashboard = new DemoReceiver("dashboard", true, this::arrived);
        this.billing = new DemoReceiver("billing", false, this::arrived);
        this.topic = new AttemptsTopic(kurier.runtime(), this::attempted);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        for (CompletableFuture<Void> part : List.of(kurier.failure(), topic.failure())) {
            part.whenComplete((ignored, cause) -> failure.completeExceptionally(cause));
        }
        this.deadline = new DemoDeadline(failure);
    }

    private void arrived(ReceivedDelivery arrival) {
        observations.arrived(arrival);
        view.arrived(arrival);
    }

    private void attempted(Attempt attempt) {
        observations.attempted(attempt);
        view.attempted(attempt);
    }

    /**
     * @return the summary of the whole run
     * @throws DemoFailedException if a step fails or takes too long
     */
    Summary run() throws InterruptedException {
        deadline.until("/health/ready answers 200", LIMIT, api::isReady);
        view.ready();
        register();
        publish();
        int dead = awaitDeadLetters();
        DemoApi.Replay replay = replay(dead);
        awaitNothingWaits();
        view.status(() -> "");
        return Summary.of(new SummaryInput(
                new SummaryInput.Publisher(
                        events.size(),
                        observations.acceptedEvents().size(),
                        subscribers.size(),
                        observations.allSent(),
                        WAITS.size() + 1,
                        dead,
                        replay.done(),
                        api.deadLetters()),
                observations.arrivals(),
                observations.attempts()));
    }

    private void register() throws InterruptedException {
        view.heading("1. Register two webhooks");
        subscribe("dashboard", dashboard, DASHBOARD_WANTS);
        subscribe("billing", billing, BILLING_WANTS);
        view.say("   Retries wait " + String.join(", then ", WAITS)
                + "; then a delivery becomes a dead letter. For now, billing answers 503 to every request.");
    }

    private void subscribe(String name, DemoReceiver receiver, List<String> wants) throws InterruptedException {
        DemoApi.Registered made = api.register(receiver.url(), wants, WAITS);
        receiver.useSecret(made.secret());
        view.nameWebhook(made.id(), name);
        subscribers.add(new Subscriber(
                receiver, made.id(), wants.stream().map(EventPattern::new).toList()));
        view.say("   " + receiver.url() + " subscribes to " + String.join(", ", wants));
    }

    private void publish() throws InterruptedException {
        view.heading("2. Publish " + events.size() + " job events; failed deliveries are retried on time");
        view.columns();
        view.status(this::progress);
        for (List<DemoEvent> request : DemoEvent.requests(events)) {
            long nowMs = System.currentTimeMillis();
            request.forEach(event -> expect(event, nowMs));
            view.sending();
            observations.accepted(api.publish(DemoEvent.body(request)));
            view.accepted(request);
            Thread.sleep((long) PAUSE_PER_EVENT_MS * request.size());
        }
    }

    /** The publisher's own id decides the event id, so the expected deliveries are known before the event is sent. */
    private void expect(DemoEvent event, long nowMs) {
        String eventId = Ids.eventFor("default", event.ownId());
        subscribers.stream()
                .filter(subscriber -> subscriber.wants(event.type()))
                .forEach(subscriber -> observations.sent(Ids.delivery(eventId, subscriber.webhookId()), nowMs));
    }

    private int awaitDeadLetters() throws InterruptedException {
        int expected = (int) events.stream()
                .filter(event -> subscribers.get(1).wants(event.type()))
                .count();
        deadline.until(expected + " dead letters are listed", LIMIT, () -> api.deadLetters() >= expected);
        view.heading("3. Replay the dead letters: GET /api/v1/dead-letters lists " + expected);
        return api.deadLetters();
    }

    private DemoApi.Replay replay(int dead) throws InterruptedException {
        billing.accept();
        String id = api.orderReplay(subscribers.get(1).webhookId(), REPLAYED_PER_SECOND);
        view.say("   Billing accepts requests now. POST /api/v1/replays replays its dead letters, "
                + REPLAYED_PER_SECOND + " per second.");
        DemoApi.Replay[] seen = {new DemoApi.Replay("pending", dead, 0)};
        view.status(() -> "   replay " + LiveView.bar(seen[0].done(), seen[0].total()));
        deadline.until("the replay " + id + " is done", LIMIT, () -> {
            seen[0] = api.replay(id);
            return seen[0].ended();
        });
        view.status(() -> "   replayed; checking that nothing more arrives");
        return seen[0];
    }

    private void awaitNothingWaits() throws InterruptedException {
        int deliveries = observations.allSent().size();
        deadline.until(
                "all " + deliveries + " deliveries are delivered and no dead letter is listed",
                LIMIT,
                () -> observations.count(Outcome.DELIVERED) >= deliveries && api.deadLetters() == 0);
        long[] quietSince = {System.nanoTime(), 0};
        deadline.until("nothing more arrives", LIMIT, () -> {
            long seen = (long) observations.arrivals().size()
                    + observations.attempts().size();
            if (seen != quietSince[1]) {
                quietSince[0] = System.nanoTime();
                quietSince[1] = seen;
            }
            return System.nanoTime() - quietSince[0] >= QUIET.toNanos();
        });
        view.say("   Replay completed: every dead letter is delivered, and nothing more arrives.");
    }

    private String progress() {
        int delivered = observations.count(Outcome.DELIVERED);
        int dead = observations.count(Outcome.DEAD);
        int waiting = observations.allSent().size() - delivered - dead;
        return "   published " + LiveView.bar(observations.acceptedEvents().size(), events.size()) + "  delivered "
                + delivered + "  waiting " + waiting + "  dead " + dead;
    }

    @Override
    public void close() {
        // Kafka's clients do not work on an interrupted thread, and an interrupted run must still clean up
        Thread.interrupted();
        topic.close();
        dashboard.close();
        billing.close();
    }
}
