package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One request as a {@link ScriptedReceiver} got it. Immutable; times are those of its first line and headers. */
public final class Received {
    /** When: for durations, and for the wall clock. */
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

    /** Without the query. */
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** What follows the question mark, still encoded; empty if there is none. */
    public String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    /** The first header of this name, in whatever case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** All headers of this name, in the order in which they came. */
    public List<String> headers(String name) {
        return List.copyOf(headers.getAll(name));
    }

    /** Every header line as {@code name: value}, names as they were written. */
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

    /** The same number for all requests of one connection; the receiver counts them from 1. */
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
