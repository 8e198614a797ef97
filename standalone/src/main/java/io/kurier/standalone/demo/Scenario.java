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

/** The play: what a user would do, in order, over the HTTP API. One thread. */
final class Scenario implements AutoCloseable {
    private static final List<String> DASHBOARD_WANTS = List.of("*");
    private static final List<String> BILLING_WANTS =
            List.of("job.*", "ci.run.*", "download.completed", "download.failed");
    private static final List<String> WAITS = List.of("1s", "2s");
    private static final int PAUSE_PER_EVENT_MS = 110;
    private static final int REPLAYED_PER_SECOND = 8;
    /** Each of these waits takes a few seconds; a busy machine gets more. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** So long nothing more may come after everything came: a duplicate would. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private record Subscriber(DemoReceiver receiver, String webhookId, List<EventPattern> patterns) {
        boolean wants(String type) {
            return patterns.stream().anyMatch(pattern -> pattern.matches(type));
        }
    }

    private final Evidence evidence;
    private final LiveView view;
    private final DemoApi api;
    private final DemoDeadline patience;
    private final DemoReceiver dashboard;
    private final DemoReceiver billing;
    private final AttemptsTopic topic;
    private final List<DemoEvent> events = DemoEvent.all();
    private final List<Subscriber> subscribers = new ArrayList<>();

    Scenario(Installation kurier, Evidence evidence, LiveView view) {
        this.evidence = evidence;
        this.view = view;
        this.api = new DemoApi(kurier.url(), kurier.operatorKey());
        this.dashboard = new DemoReceiver("dashboard", true, this::arrived);
        this.billing = new DemoReceiver("billing", false, this::arrived);
        this.topic = new AttemptsTopic(kurier.runtime(), this::attempted);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        for (CompletableFuture<Void> part : List.of(kurier.failure(), topic.failure())) {
            part.whenComplete((ignored, cause) -> failure.completeExceptionally(cause));
        }
        this.patience = new DemoDeadline(failure);
    }

    private void arrived(ReceivedDelivery arrival) {
        evidence.arrived(arrival);
        view.arrived(arrival);
    }

    private void attempted(Attempt attempt) {
        evidence.attempted(attempt);
        view.attempted(attempt);
    }

    Summary play() throws InterruptedException {
        patience.until("/health/ready answers 200", LIMIT, api::isReady);
        view.ready();
        register();
        publish();
        int dead = awaitDeadLetters();
        DemoApi.Replay replay = replay(dead);
        awaitNothingWaits();
        view.status(() -> "");
        return Summary.of(new Facts(
                new Facts.Publisher(
                        events.size(),
                        evidence.acceptedEvents().size(),
                        subscribers.size(),
                        evidence.allSent(),
                        WAITS.size() + 1,
                        dead,
                        replay.done(),
                        api.deadLetters()),
                evidence.arrivals(),
                evidence.attempts()));
    }

    private void register() throws InterruptedException {
        view.heading("1. Two webhooks are registered");
        subscribe("dashboard", dashboard, DASHBOARD_WANTS);
        subscribe("billing", billing, BILLING_WANTS);
        view.say("   Retries wait " + String.join(", then ", WAITS)
                + "; after that a delivery is a dead letter. For now billing answers 503 to everything.");
    }

    private void subscribe(String name, DemoReceiver receiver, List<String> wants) throws InterruptedException {
        DemoApi.Registered made = api.register(receiver.url(), wants, WAITS);
        receiver.knows(made.secret());
        view.knows(made.id(), name);
        subscribers.add(new Subscriber(
                receiver, made.id(), wants.stream().map(EventPattern::new).toList()));
        view.say("   " + receiver.url() + " wants " + String.join(", ", wants));
    }

    private void publish() throws InterruptedException {
        view.heading("2. " + events.size() + " job events are published; failed deliveries come back on time");
        view.columns();
        view.status(this::progress);
        for (List<DemoEvent> request : DemoEvent.requests(events)) {
            long nowMs = System.currentTimeMillis();
            request.forEach(event -> expect(event, nowMs));
            view.sending();
            evidence.accepted(api.publish(DemoEvent.body(request)));
            view.accepted(request);
            Thread.sleep((long) PAUSE_PER_EVENT_MS * request.size());
        }
    }

    /** The publisher's own id decides the event's, so what must come of it is known before it is sent. */
    private void expect(DemoEvent event, long nowMs) {
        String eventId = Ids.eventFor("default", event.ownId());
        subscribers.stream()
                .filter(subscriber -> subscriber.wants(event.type()))
                .forEach(subscriber -> evidence.sent(Ids.delivery(eventId, subscriber.webhookId()), nowMs));
    }

    private int awaitDeadLetters() throws InterruptedException {
        int meant = (int) events.stream()
                .filter(event -> subscribers.get(1).wants(event.type()))
                .count();
        patience.until(meant + " dead letters are listed", LIMIT, () -> api.deadLetters() >= meant);
        view.heading("3. Billing ran out of attempts: GET /api/v1/dead-letters lists " + meant);
        return api.deadLetters();
    }

    private DemoApi.Replay replay(int dead) throws InterruptedException {
        billing.accept();
        String id = api.orderReplay(subscribers.get(1).webhookId(), REPLAYED_PER_SECOND);
        view.say("   Billing is well again. POST /api/v1/replays orders its dead letters anew, " + REPLAYED_PER_SECOND
                + " a second.");
        DemoApi.Replay[] seen = {new DemoApi.Replay("pending", dead, 0)};
        view.status(() -> "   replay " + LiveView.bar(seen[0].done(), seen[0].total()));
        patience.until("the replay " + id + " is done", LIMIT, () -> {
            seen[0] = api.replay(id);
            return seen[0].ended();
        });
        view.status(() -> "   replayed; waiting that nothing more arrives");
        return seen[0];
    }

    private void awaitNothingWaits() throws InterruptedException {
        int deliveries = evidence.allSent().size();
        patience.until(
                "all " + deliveries + " deliveries are delivered and no dead letter is listed",
                LIMIT,
                () -> evidence.count(Outcome.DELIVERED) >= deliveries && api.deadLetters() == 0);
        long[] quietSince = {System.nanoTime(), 0};
        patience.until("nothing more arrives", LIMIT, () -> {
            long seen = (long) evidence.arrivals().size() + evidence.attempts().size();
            if (seen != quietSince[1]) {
                quietSince[0] = System.nanoTime();
                quietSince[1] = seen;
            }
            return System.nanoTime() - quietSince[0] >= QUIET.toNanos();
        });
        view.say("   Replay done: every dead letter is delivered, and nothing more arrives.");
    }

    private String progress() {
        int delivered = evidence.count(Outcome.DELIVERED);
        int dead = evidence.count(Outcome.DEAD);
        int waiting = evidence.allSent().size() - delivered - dead;
        return "   published " + LiveView.bar(evidence.acceptedEvents().size(), events.size()) + "  delivered "
                + delivered + "  waiting " + waiting + "  dead " + dead;
    }

    @Override
    public void close() {
        // an interrupted play still cleans up, and Kafka's clients refuse to work for interrupted threads
        Thread.interrupted();
        topic.close();
        dashboard.close();
        billing.close();
    }
}
