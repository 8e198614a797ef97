package io.kurier.ingest;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many connections there are, and how long one may take to a request's head: who sends a byte of one now and then is
 * never idle. Of one listener: its event loop.
 */
final class Connections implements Handler<HttpServerRequest> {
    /** How often in a deadline it is looked for those beyond it. */
    private static final int LOOKS = 4;

    private final Duration headTimeout;
    private final int maxOpen;
    private final AtomicInteger allOpen;
    private final Handler<HttpServerRequest> next;
    private final Map<HttpConnection, LastHead> own = new HashMap<>();

    /** @param allOpen counts those of all listeners */
    Connections(HttpConfig config, AtomicInteger allOpen, Handler<HttpServerRequest> next) {
        this.headTimeout = config.headTimeout();
        this.maxOpen = config.maxConnections();
        this.allOpen = allOpen;
        this.next = next;
    }

    /** When it was there, or the connection, and what it is answered with; null before the first. */
    private static final class LastHead {
        private long atNanos = System.nanoTime();
        private @Nullable HttpServerResponse response;

        boolean isOlderThan(Duration age) {
            return (response == null || response.ended()) && System.nanoTime() - atNanos > age.toNanos();
        }
    }

    /** Closed at once when there are too many. */
    void opened(HttpConnection connection) {
        int before = allOpen.getAndIncrement();
        connection.closeHandler(closed -> {
            allOpen.decrementAndGet();
            own.remove(connection);
        });
        if (before >= maxOpen) {
            connection.close();
        } else {
            own.put(connection, new LastHead());
        }
    }

    /** From now on. */
    void closeSlow(Vertx vertx) {
        vertx.setPeriodic(Math.max(1, headTimeout.toMillis() / LOOKS), timer -> {
            List<HttpConnection> slow = new ArrayList<>();
            own.forEach((connection, last) -> {
                if (last.isOlderThan(headTimeout)) {
                    slow.add(connection);
                }
            });
            slow.forEach(HttpConnection::close);
        });
    }

    @Override
    public void handle(HttpServerRequest request) {
        LastHead last = own.get(request.connection());
        if (last != null) {
            last.atNanos = System.nanoTime();
            last.response = request.response();
        }
        next.handle(request);
    }
}
