package io.kurier.ingest.config;

import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What any request is held to, whatever it asks for.
 *
 * @param maxOpenBodyBytes of all bodies on their way in together
 * @param bodyTimeout from a request's head to the last byte of its body
 * @param idleTimeout without a whole head, a piece of a body or of an answer
 * @param maxConnections of all callers together
 * @param maxLineBytes of the request line, which holds the URL
 * @param maxHeaderBytes of all headers of a request
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
    private static final String MAX_BODY_BYTES = "KURIER_MAX_BODY_BYTES";
    private static final String MAX_OPEN_BODY_BYTES = "KURIER_MAX_OPEN_BODY_BYTES";

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        MAX_BODY_BYTES,
                        Type.INT,
                        5 * 1024 * 1024,
                        ConfigDef.Range.between(1024, 64 * 1024 * 1024),
                        Importance.MEDIUM,
                        "Largest request body, in bytes; a longer one is answered with 413.")
                .define(
                        MAX_OPEN_BODY_BYTES,
                        Type.INT,
                        128 * 1024 * 1024,
                        ConfigDef.Range.between(64 * 1024, 1024 * 1024 * 1024),
                        Importance.MEDIUM,
                        "Bytes of request bodies that may be on their way in at once; what comes on top is answered with 503. Bodies of one piece of the network's are not counted.")
                .define(
                        BODY_TIMEOUT,
                        Type.STRING,
                        "30s",
                        Checks.duration("100ms", "10m"),
                        Importance.MEDIUM,
                        "Longest time from a request's head to the last byte of its body; one that takes longer is answered with 408, and its connection closed.")
                .define(
                        IDLE_TIMEOUT,
                        Type.STRING,
                        "60s",
                        Checks.duration("100ms", "10m"),
                        Importance.MEDIUM,
                        "A connection on which for so long no request's head becomes whole, and no piece of a body or an answer moves, is closed.")
                .define(
                        MAX_CONNECTIONS,
                        Type.INT,
                        10_000,
                        ConfigDef.Range.between(1, 1_000_000),
                        Importance.MEDIUM,
                        "Connections to one API, of all callers together, probes too; one more is closed at once.")
                .define(
                        MAX_LINE_BYTES,
                        Type.INT,
                        4 * 1024,
                        ConfigDef.Range.between(1024, 64 * 1024),
                        Importance.LOW,
                        "Longest request line, that is method, URL and version, in bytes; a longer one is answered with 414.")
                .define(
                        MAX_HEADER_BYTES,
                        Type.INT,
                        16 * 1024,
                        ConfigDef.Range.between(1024, 256 * 1024),
                        Importance.LOW,
                        "Bytes of all headers of a request; more are answered with 431.");
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
