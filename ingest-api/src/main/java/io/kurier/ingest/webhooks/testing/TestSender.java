package io.kurier.ingest.webhooks.testing;

import io.kurier.ingest.config.TestDeliveryConfig;
import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.sender.AttemptResult;
import io.kurier.sender.HttpRequestBytes;
import io.kurier.sender.HttpSender;
import io.kurier.sender.RequestSender;
import io.kurier.sender.SenderLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends test deliveries as workers send deliveries, a bounded number at a time. The first one creates the sender's own event
 * loop, which may block for a moment, so call it on a worker thread. Thread-safe.
 */
public final class TestSender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TestSender.class);
    private static final long RETRY_AFTER_MS = 1_000;

    /** The result of a test delivery. */
    record Sent(AttemptResult result, long tookMs) {}

    private record LoopAndSender(SenderLoop loop, HttpSender sender) {}

    private final TestDeliveryConfig config;
    private final ProcessClock clock;
    private final Map<String, Integer> inFlightByTenant = new HashMap<>();
    private int inFlight;
    private @Nullable LoopAndSender opened;
    private boolean closed;

    public TestSender(TestDeliveryConfig config, ProcessClock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Sends the request once.
     *
     * @param ended called exactly once, on the sender's event loop
     * @throws Problem.RefusedException with 429 or 503 if too many test deliveries are in flight
     */
    void send(HttpRequestBytes request, Webhook webhook, Consumer<Sent> ended) {
        LoopAndSender open = acquire(webhook.tenant());
        long began = clock.nanoTime();
        open.loop().execute(() -> open.sender().send(request, webhook, result -> {
            release(webhook.tenant());
            ended.accept(new Sent(result, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began)));
        }));
    }

    private synchronized LoopAndSender acquire(String tenant) {
        if (closed) {
            throw Problem.of(503, "this API process is shutting down; retry the request")
                    .refused();
        }
        int ofTenant = inFlightByTenant.getOrDefault(tenant, 0);
        if (ofTenant >= config.ofTenant()) {
            throw Problem.tooMany(
                            "tenant " + tenant + " has " + ofTenant + " test deliveries in flight, the most that "
                                    + TestDeliveryConfig.OF_TENANT + " allows; retry later",
                            RETRY_AFTER_MS)
                    .refused();
        }
        if (inFlight >= config.atOnce()) {
            throw Problem.of(
                            503,
                            inFlight + " test deliveries are in flight, the most that " + TestDeliveryConfig.AT_ONCE
                                    + " allows; retry later")
                    .refused();
        }
        LoopAndSender open = opened == null ? open() : opened;
        opened = open;
        inFlightByTenant.put(tenant, ofTenant + 1);
        inFlight++;
        return open;
    }

    private synchronized void release(String tenant) {
        inFlightByTenant.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
        inFlight--;
    }

    private LoopAndSender open() {
        SenderLoop loop = new SenderLoop(
                "test-deliveries",
                failure -> log.error("A test delivery failed unexpectedly. This is a bug: please report it", failure));
        HttpSender sender = new HttpSender(loop.transport(config.sender().egress()), config.sender(), clock);
        loop.every(RequestSender.EXPIRY, () -> sender.expire(clock.nanoTime()));
        return new LoopAndSender(loop, sender);
    }

    /** Test deliveries in flight end as failures. */
    @Override
    public void close() {
        LoopAndSender open;
        synchronized (this) {
            closed = true;
            open = opened;
        }
        if (open != null) {
            open.loop().execute(open.sender()::close);
            open.loop().close();
        }
    }
}
