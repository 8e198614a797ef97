package io.kurier.dispatcher.attempt;

import io.kurier.dispatcher.DispatchLoop;
import io.kurier.dispatcher.delivery.EventView;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.delivery.WebhookResolver;
import io.kurier.dispatcher.expression.Expressions;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.dispatcher.lane.HostConcurrency;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.lane.ProxyCircuitBreaker;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.outcome.OutcomeCommitter;
import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.expressions.Transform;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.webhook.Webhook;
import io.kurier.sender.AttemptResult;
import io.kurier.sender.HttpRequestBytes;
import io.kurier.sender.HttpSender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Begins attempts as places get free, and turns how they end into outcomes. The event loop's. */
public final class AttemptRunner {
    /** Tables older than this start no retries; older than the other, nothing at all. */
    private static final Duration NO_RETRIES_AFTER = Duration.ofSeconds(5);

    private static final Duration NOTHING_AFTER = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final WebhookResolver receivers;
    private final PauseTolerantClock time;
    private final HttpSender sender;
    private final OutcomeRecords outcomes;
    private final OutcomeCommitter committer;
    private final ProxyCircuitBreaker proxy;
    private final Duration maxRetryAfter;
    private final Set<WebhookQueue> held = new LinkedHashSet<>();
    /** Whose rate or circuit lets nothing begin now. */
    private final Set<WebhookQueue> paced = new LinkedHashSet<>();

    private final HostConcurrency hosts;
    private final Expressions expressions;
    private final MeterRegistry metrics;
    private final Map<String, Counter> counters = new HashMap<>();
    private final Timer duration;
    private final Counter dropped;
    private final Counter openings;
    private Duration unconfirmed = Duration.ZERO;
    private int inFlight;

    public AttemptRunner(DispatchLoop.Tools tools, WebhookResolver receivers, OutcomeCommitter committer) {
        this.clock = tools.clock();
        this.receivers = receivers;
        this.time = tools.time();
        this.sender = tools.sender();
        this.outcomes = tools.outcomes();
        this.committer = committer;
        this.proxy = new ProxyCircuitBreaker(
                tools.config().sender().isProxied(),
                tools.config().circuits(),
                tools.config().maxInFlight());
        this.maxRetryAfter = tools.config().maxRetryAfter();
        this.expressions = new Expressions(tools.metrics());
        this.hosts = new HostConcurrency(tools.config().hostConcurrency());
        this.metrics = tools.metrics();
        this.duration = Timer.builder("kurier.attempt.duration")
                .description("From the begin of a request to its end")
                .publishPercentileHistogram()
                .register(metrics);
        this.openings = Counter.builder("kurier.circuit.openings")
                .description("Circuits that opened, or opened again after a probe that failed")
                .register(metrics);
        this.dropped = Counter.builder("kurier.outcomes.dropped")
                .description("Outcomes of attempts whose partition was lost meanwhile; its new owner attempts again")
                .register(metrics);
    }

    public Expressions expressions() {
        return expressions;
    }

    public void dropIdle() {
        hosts.dropIdle();
        expressions.dropIdle();
    }

    public int inFlight() {
        return inFlight;
    }

    /**
     * Begins what may begin now.
     *
     * @param unconfirmedFor how long ago the webhooks table was last known to be complete
     */
    public void refresh(Duration unconfirmedFor) {
        unconfirmed = unconfirmedFor;
        if (!held.isEmpty() && unconfirmed.compareTo(NOTHING_AFTER) < 0) {
            List.copyOf(held).forEach(this::begin);
        }
        if (!paced.isEmpty()) {
            long nowMs = clock.millis();
            List.copyOf(paced).stream().filter(line -> line.pauseMs(nowMs) <= 0).forEach(this::begin);
        }
        expressions.refresh(this::begin);
    }

    private void rest(WebhookQueue line, Webhook webhook) {
        line.way.rests(line, clock.millis());
        if (line.waiting() > 0) {
            expressions.rest(line, webhook.tenant());
        }
    }

    /** Begins the line's attempts while there are places. */
    public void begin(WebhookQueue line) {
        held.remove(line);
        paced.remove(line);
        long nowMs = clock.millis();
        Webhook webhook = receivers.of(line);
        HostConcurrency.Host host =
                hosts.of(webhook == null ? "" : webhook.url().host());
        boolean retriesToo = unconfirmed.compareTo(NO_RETRIES_AFTER) < 0;
        boolean isHeld = webhook != null && !webhook.isActive();
        boolean may = isHeld ? mayHold() : unconfirmed.compareTo(NOTHING_AFTER) < 0;
        while (may && inFlight < proxy.places(nowMs) && host.hasRoom()) {
            PendingDelivery head = line.peek(retriesToo, nowMs);
            if (webhook != null && head != null && expressions.mustRest(webhook, head.unjudged)) {
                rest(line, webhook);
                break;
            }
            PendingDelivery work = line.next(retriesToo, nowMs);
            if (work == null) {
                break;
            }
            if (webhook == null || !webhook.isActive() || work.isExpired(nowMs)) {
                line.turnedAway(work);
                turnAway(work, webhook, nowMs);
            } else if (work.unjudged && !expressions.conditions.isWanted(webhook, EventView.of(work.event()))) {
                line.turnedAway(work);
                settle(work, "discarded", outcomes.discarded(work, nowMs));
            } else {
                work.unjudged = false;
                render(line, work, webhook, host, nowMs);
            }
            nowMs = clock.millis();
        }
        if (line.waiting() == 0) {
            return;
        }
        if (inFlight >= proxy.places(nowMs) || !retriesToo) {
            held.add(line);
        } else if (!host.hasRoom()) {
            host.await(line);
        }
        if (line.pauseMs(nowMs) > 0) {
            paced.add(line);
        }
    }

    private void render(
            WebhookQueue line, PendingDelivery work, Webhook webhook, HostConcurrency.Host host, long nowMs) {
        Transform.Answer body = expressions.bodies.of(webhook, work.shared);
        if (body instanceof Transform.Answer.Made made) {
            begin(line, work, webhook, made.json(), host, nowMs);
        } else {
            line.turnedAway(work);
            String why = ((Transform.Answer.Failed) body).why();
            settle(work, "dead", outcomes.deadUnrendered(work, why, nowMs));
        }
    }

    /** Its webhook was deleted, or gets nothing now, or the event is of no use any more. */
    private void turnAway(PendingDelivery work, @Nullable Webhook webhook, long nowMs) {
        if (webhook == null) {
            settle(work, "discarded", outcomes.discarded(work, nowMs));
        } else if (!expires(work, nowMs)) {
            hold(work, webhook, nowMs);
        }
    }

    /** Whether its publisher said that it is of no use any more; it is settled then. */
    public boolean expires(PendingDelivery work, long nowMs) {
        boolean isExpired = work.isExpired(nowMs);
        if (isExpired) {
            settle(work, "expired", outcomes.expired(work, nowMs));
        }
        return isExpired;
    }

    private void begin(
            WebhookQueue line,
            PendingDelivery work,
            Webhook webhook,
            byte[] body,
            HostConcurrency.Host host,
            long startedAtMs) {
        inFlight++;
        host.take();
        work.assignment.inFlight++;
        CircuitBreaker circuit = line.circuit();
        long startedNanos = System.nanoTime();
        long startedRunning = time.nanos(startedNanos);
        HttpRequestBytes bytes = HttpRequestBytes.of(webhook, work.deliveryId, work.attempts + 1, body, startedAtMs);
        sender.send(bytes, webhook, result -> {
            long endedNanos = System.nanoTime();
            long endedRunning = time.nanos(endedNanos);
            long endedAtMs = clock.millis();
            long tookNanos = endedNanos - startedNanos;
            inFlight--;
            host.release();
            work.assignment.inFlight--;
            line.done(work, (endedRunning - startedRunning) / 1e6, endedRunning);
            duration.record(tookNanos, TimeUnit.NANOSECONDS);
            proxy.ended(result, startedAtMs, endedAtMs);
            OutcomeRecords.Request request = new OutcomeRecords.Request(result, startedAtMs, tookNanos / 1_000);
            ended(webhook, work, request, endedAtMs);
            // what was begun before the webhook was changed says nothing about it as it is now
            if (work.assignment.isOwned() && line.circuit() == circuit) {
                tell(line, webhook, work, request, endedAtMs);
            }
            // whoever waits for the place goes before the line that had it
            if (!held.isEmpty()) {
                begin(held.iterator().next());
            }
            // a line whose turn it is may have nothing to send any more: the place is the next one's then
            for (WebhookQueue next = host.next(); next != null; next = host.next()) {
                begin(next);
            }
            begin(line);
        });
    }

    private void ended(Webhook webhook, PendingDelivery work, OutcomeRecords.Request request, long nowMs) {
        if (!work.assignment.isOwned()) {
            dropped.increment();
            return;
        }
        AttemptDecision next = AttemptDecision.decide(
                request.result(),
                webhook.retry(),
                new AttemptDecision.Circumstances(
                        work.runAttempts + 1,
                        nowMs,
                        maxRetryAfter,
                        ThreadLocalRandom.current().nextDouble()));
        if (next instanceof AttemptDecision.RetryAt retry) {
            settle(work, "failed", outcomes.failed(work, request, retry.dueAtMs(), nowMs));
        } else if (next instanceof AttemptDecision.GiveUp giveUp) {
            settle(work, "dead", outcomes.dead(work, request, giveUp.reason(), nowMs));
        } else {
            settle(work, "delivered", outcomes.delivered(work, request));
        }
    }

    private void tell(
            WebhookQueue line, Webhook webhook, PendingDelivery work, OutcomeRecords.Request request, long nowMs) {
        AttemptResult result = request.result();
        StatusRules.Verdict verdict = AttemptDecision.judge(result, webhook.retry());
        // a receiver that is not registered cannot be disabled: its deliveries end one by one
        if (verdict == StatusRules.Verdict.GIVE_UP && result.status() == AttemptDecision.GONE && line.oneOff == null) {
            line.circuit().gone(nowMs);
            circuitChanged(line, webhook, work, nowMs);
        } else if (!AttemptResult.PROXY.equals(result.error())
                && line.circuit().ended(result, verdict == StatusRules.Verdict.SUCCESS, request.startedAtMs(), nowMs)) {
            circuitChanged(line, webhook, work, nowMs);
        }
    }

    private void circuitChanged(WebhookQueue line, Webhook webhook, PendingDelivery last, long nowMs) {
        CircuitBreaker circuit = line.circuit();
        if (circuit.state(nowMs) == CircuitBreaker.State.OPEN) {
            openings.increment();
        }
        // nobody sees the circuit of what is not registered, nor would it ever be taken out of the topic
        if (line.oneOff == null && (line.way.ownsCircuit() || circuit.isGone())) {
            committer.add(new OutcomeCommitter.Entry(last.assignment, outcomes.circuit(webhook, circuit, nowMs)));
        }
        if (circuit.state(nowMs) == CircuitBreaker.State.OPEN) {
            line.way.empty(line, nowMs);
        }
    }

    /** The webhook of the line may have other settings now, or be deleted. */
    public void changed(WebhookQueue line, @Nullable Webhook webhook) {
        if (webhook == null || webhook.isActive() || !mayHold()) {
            begin(line);
            return;
        }
        long nowMs = clock.millis();
        for (PendingDelivery waiting : line.takeWaiting()) {
            if (waiting.assignment.isActive()) {
                hold(waiting, webhook, nowMs);
            }
        }
    }

    /** Who does not know whether its tables are complete must not hold: what is held after the release would stay so. */
    public boolean mayHold() {
        return unconfirmed.compareTo(NO_RETRIES_AFTER) < 0;
    }

    /** Its webhook gets nothing now. */
    public void hold(PendingDelivery work, Webhook webhook, long nowMs) {
        settle(work, "held", outcomes.held(work, webhook.state(), nowMs));
    }

    /** The delivery is out of this worker's hands once these records are committed. */
    public void settle(PendingDelivery work, String outcome, List<ProducerRecord<byte[], byte[]>> records) {
        count(outcome);
        committer.add(new OutcomeCommitter.Entry(work.assignment, records));
        work.assignment.settle(work);
    }

    public void count(String outcome) {
        counters.computeIfAbsent(outcome, name -> metrics.counter("kurier.outcomes", "outcome", name))
                .increment();
    }
}
