package io.kurier.ingest.config;

import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Bounds on HTTP requests and connections.
 *
 * @param maxBodyBytes of one request body
 * @param maxOpenBodyBytes of all request bodies that are being received, together
 * @param bodyTimeout from a request's head to the last byte of its body
 * @param idleTimeout after which a connection without progress is closed
 * @param maxConnections open at the same time, of all callers together
 * @param maxLineBytes of the request line, which holds the URL
 * @param maxHeaderBytes of all headers of a request, together
 */
public record HttpConfig(
        int maxBodyBytes,
        int maxOpenBodyBytes,
        Duration bodyTimeout,
        Duration idleTimeout,
        int maxConnections,
        int maxLineBytes,
        int maxHeaderBytes) {
    public static final String BODY_TIMEOUT = "KURIER_BODY_TIMEOUT";
    static final String IDLE_TIMEOUT = "KURIER_IDLE_TIMEOUT";
    public static final String MAX_CONNECTIONS = "KURIER_MAX_CONNECTIONS";
    public static final String MAX_LINE_BYTES = "KURIER_MAX_REQUEST_LINE_BYTES";
    public static final String MAX_HEADER_BYTES = "KURIER_MAX_HEADER_BYTES";
    public static final String MAX_BODY_BYTES = "KURIER_MAX_BODY_BYTES";
    public static final String MAX_OPEN_BODY_BYTES = "KURIER_MAX_OPEN_BODY_BYTES";

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        MAX_BODY_BYTES,
                        Type.INT,
                        5 * 1024 * 1024,
                        ConfigDef.Range.between(1024, 64 * 1024 * 1024),
                        Importance.MEDIUM,
                        "Largest request body, in bytes. A larger one gets a 413.")
                .define(
                        MAX_OPEN_BODY_BYTES,
                        Type.INT,
                        128 * 1024 * 1024,
                        ConfigDef.Range.between(64 * 1024, 1024 * 1024 * 1024),
                        Importance.MEDIUM,
                        "Bytes of request bodies that may be in memory while they are received, of all requests together; a request beyond that gets a 503. Bodies that arrive in one chunk are not counted.")
                .define(
                        BODY_TIMEOUT,
                        Type.STRING,
                        "30s",
                        Checks.duration("100ms", "10m"),
                        Importance.MEDIUM,
                        "Longest time from the end of a request's head to the last byte of its body. A slower request gets a 408, and its connection is closed.")
                .define(
                        IDLE_TIMEOUT,
                        Type.STRING,
                        "60s",
                        Checks.duration("100ms", "10m"),
                        Importance.MEDIUM,
                        "Closes a connection on which, for this long, no request head was completed and no part of a body or a response was transferred.")
                .define(
                        MAX_CONNECTIONS,
                        Type.INT,
                        10_000,
                        ConfigDef.Range.between(1, 1_000_000),
                        Importance.MEDIUM,
                        "Connections that may be open to one API process, health probes included. A connection beyond that is closed at once.")
                .define(
                        MAX_LINE_BYTES,
                        Type.INT,
                        4 * 1024,
                        ConfigDef.Range.between(1024, 64 * 1024),
                        Importance.LOW,
                        "Longest request line (method, URL and version), in bytes. A longer one gets a 414.")
                .define(
                        MAX_HEADER_BYTES,
                        Type.INT,
                        16 * 1024,
                        ConfigDef.Range.between(1024, 256 * 1024),
                        Importance.LOW,
                        "Largest size of all headers of a request, in bytes. More gets a 431.");
    }

    static HttpConfig from(Settings settings) {
        return new HttpConfig(
                settings.number(MAX_BODY_BYTES),
                settings.number(MAX_OPEN_BODY_BYTES),
                settings.duration(BODY_TIMEOUT),
                settings.duration(IDLE_TIMEOUT),
                settings.number(MAX_CONNECTIONS),
                settings.number(MAX_LINE_BYTES),
                settings.number(MAX_HEADER_BYTES));
    }
}
