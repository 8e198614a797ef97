package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One request that a {@link ScriptedReceiver} got. Immutable; its times are when the request line and headers had
 * arrived.
 */
public final class Received {
    /** The time of arrival, on the monotonic clock and on the wall clock. */
    record Arrival(long nanos, long epochMs) {
        static Arrival now() {
            return new Arrival(System.nanoTime(), System.currentTimeMillis());
        }
    }

    private final long connection;
    private final Arrival arrival;
    private final String method;
    private final String target;
    private final HttpHeaders headers;
    private final byte[] body;

    Received(long connection, Arrival arrival, String method, String target, HttpHeaders headers, byte[] body) {
        this.connection = connection;
        this.arrival = arrival;
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
    }

    public String method() {
        return method;
    }

    /** The path without the query. */
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** The query after the question mark, still encoded; empty if there is none. */
    public String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    /** The first header with this name, ignoring case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** All headers with this name, in their order. */
    public List<String> headers(String name) {
        return List.copyOf(headers.getAll(name));
    }

    /** Every header line as {@code name: value}, with the name's original case. */
    public List<String> headerLines() {
        return headers.entries().stream()
                .map(header -> header.getKey() + ": " + header.getValue())
                .toList();
    }

    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    /** The number of its connection, counted from 1 by the receiver. */
    public long connection() {
        return connection;
    }

    public Instant arrivedAt() {
        return Instant.ofEpochMilli(arrival.epochMs());
    }

    public long arrivedAtEpochMs() {
        return arrival.epochMs();
    }

    /** {@link System#nanoTime()} of this JVM. */
    public long arrivedAtNanos() {
        return arrival.nanos();
    }

    @Override
    public String toString() {
        return method + " " + target + ", " + body.length + " bytes, connection " + connection;
    }
}
