package io.kurier.ingest.http;

import io.kurier.ingest.config.HttpConfig;
import io.kurier.runtime.time.ProcessClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Limits the number of open HTTP connections of one API process. Event loops. */
public final class ConnectionLimit implements Handler<HttpConnection> {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;
    private final ProcessClock clock;
    private final AtomicLong warnedAtNanos;

    public ConnectionLimit(int max, MeterRegistry metrics, ProcessClock clock) {
        this.max = max;
        this.clock = clock;
        this.warnedAtNanos = new AtomicLong(clock.nanoTime() - BETWEEN_WARNINGS.toNanos());
        Gauge.builder("kurier.http.connections", open, AtomicInteger::get)
                .description("Open HTTP connections")
                .register(metrics);
        this.refused = Counter.builder("kurier.http.connections.refused")
                .description("HTTP connections closed at once because KURIER_MAX_CONNECTIONS were open")
                .register(metrics);
    }

    @Override
    public void handle(HttpConnection connection) {
        boolean isOneTooMany = open.incrementAndGet() > max;
        connection.closeHandler(closed -> open.decrementAndGet());
        if (isOneTooMany) {
            refused.increment();
            warn();
            connection.close();
        }
    }

    private void warn() {
        long now = clock.nanoTime();
        long before = warnedAtNanos.get();
        if (now - before >= BETWEEN_WARNINGS.toNanos() && warnedAtNanos.compareAndSet(before, now)) {
            log.warn(
                    "{} HTTP connections are open, the most that {} allows: new connections are closed at once. "
                            + "Look for clients that do not reuse connections, or raise the setting",
                    max,
                    HttpConfig.MAX_CONNECTIONS);
        }
    }
}
