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
 * Sends test deliveries the way a worker sends deliveries, a bounded number at once. Its event loop is made with the first
 * one, which takes a moment: not on an event loop of the server's. Otherwise any thread.
 */
public final class TestSender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TestSender.class);
    private static final long AGAIN_AFTER_MS = 1_000;

    /** How one ended, and how long it took. */
    record Sent(AttemptResult result, long tookMs) {}

    /** What requests go through. */
    private record Way(SenderLoop loop, HttpSender sender) {}

    private final TestDeliveryConfig config;
    private final Map<String, Integer> underWay = new HashMap<>();
    private int allUnderWay;
    private @Nullable Way way;
    private boolean closed;

    public TestSender(TestDeliveryConfig config) {
        this.config = config;
    }

    /**
     * Calls back once, on the sender's event loop, however it ends.
     *
     * @throws Problem.RefusedException when too many are under way
     */
    void send(HttpRequestBytes request, Webhook webhook, Consumer<Sent> ended) {
        Way open = enter(webhook.tenant());
        long began = System.nanoTime();
        open.loop().execute(() -> open.sender().send(request, webhook, result -> {
            leave(webhook.tenant());
            ended.accept(new Sent(result, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
        }));
    }

    private synchronized Way enter(String tenant) {
        if (closed) {
            throw Problem.of(503, "this process stops").refused();
        }
        int ofTenant = underWay.getOrDefault(tenant, 0);
        if (ofTenant >= config.ofTenant()) {
            throw Problem.tooMany(
                            ofTenant + " test deliveries of this tenant are under way, of " + config.ofTenant() + " ("
                                    + TestDeliveryConfig.OF_TENANT + ")",
                            AGAIN_AFTER_MS)
                    .refused();
        }
        if (allUnderWay >= config.atOnce()) {
            throw Problem.of(
                            503,
                            allUnderWay + " test deliveries are under way, of " + config.atOnce() + " ("
                                    + TestDeliveryConfig.AT_ONCE + ")")
                    .refused();
        }
        Way open = way == null ? open() : way;
        way = open;
        underWay.put(tenant, ofTenant + 1);
        allUnderWay++;
        return open;
    }

    private synchronized void leave(String tenant) {
        underWay.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
        allUnderWay--;
    }

    private Way open() {
        SenderLoop loop = new SenderLoop("test-deliveries", failure -> log.error("a test delivery failed", failure));
        HttpSender sender =
                new HttpSender(loop.transport(config.sender().egress()), config.sender(), ProcessClock.system());
        loop.every(RequestSender.EXPIRY, () -> sender.expire(System.nanoTime()));
        return new Way(loop, sender);
    }

    /** What is under way ends as a failure. */
    @Override
    public void close() {
        Way open;
        synchronized (this) {
            closed = true;
            open = way;
        }
        if (open != null) {
            open.loop().execute(open.sender()::close);
            open.loop().close();
        }
    }
}
