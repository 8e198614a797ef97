package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.event.EventRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says what is wrong: RFC 9457 problem details, with the field, its value and what was expected.
 *
 * @param field as a path, such as {@code [3].type}, shortened; null when it is about the whole request
 * @param value as it was given, shortened; null when there is none or it is secret
 * @param expected never null beside a field
 * @param retryAfterMs what the header {@code Retry-After} tells; 0 for none
 */
public record Problem(
        int status,
        String detail,
        @Nullable String field,
        @Nullable String value,
        @Nullable String expected,
        long retryAfterMs) {
    public static final Problem FAULT = of(500, "this is a fault of Kurier; its log says more");

    private static final long UNAVAILABLE_MS = 1_000;
    private static final int MAX_VALUE = 120;
    private static final String EXPECTED = "expected ";

    public Problem {
        // most details end with it
        expected = expected == null ? expectedIn(detail) : expected;
    }

    public Problem(
            int status, String detail, @Nullable String field, @Nullable String value, @Nullable String expected) {
        this(status, detail, field, value, expected, status == 503 ? UNAVAILABLE_MS : 0);
    }

    /** 429, with the time to wait. */
    public static Problem tooMany(String detail, long retryAfterMs) {
        return new Problem(429, detail, null, null, null, retryAfterMs);
    }

    public static Problem of(int status, String detail) {
        return new Problem(status, detail, null, null, null);
    }

    public static Problem field(String field, @Nullable String value, String expected) {
        String name = shortened(field);
        String shown = value == null ? null : shortened(value);
        String detail = shown == null ? name + ": " + expected : name + " is '" + shown + "': " + expected;
        return new Problem(400, detail, name, shown, expected);
    }

    public static Problem of(EventRefusedException refused) {
        String field = refused.field();
        if (field == null) {
            return of(400, refused.expected());
        }
        Problem problem = field(field, refused.value(), refused.expected());
        return refused.isTooLarge() ? problem.as(413) : problem;
    }

    private static @Nullable String expectedIn(String detail) {
        int at = detail.indexOf(EXPECTED);
        return at < 0 ? null : detail.substring(at);
    }

    public static String shortened(String text) {
        return text.length() > MAX_VALUE ? text.substring(0, MAX_VALUE) + "…" : text;
    }

    public static Problem notFound(String kind, String id) {
        return new Problem(404, "there is no " + kind + " " + shortened(id), null, null, null);
    }

    public Problem in(String place) {
        return new Problem(
                status,
                place + " " + detail,
                field == null ? place : place + "." + field,
                value,
                expected,
                retryAfterMs);
    }

    /** The same with another status. */
    public Problem as(int other) {
        return new Problem(other, detail, field, value, expected, retryAfterMs);
    }

    public RefusedException refused() {
        return new RefusedException(this);
    }

    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", title())
                .put("status", status)
                .put("detail", detail)
                // callers of the guides look for this one
                .put("error", detail);
        if (field != null) {
            json.put("field", field);
        }
        if (value != null) {
            json.put("value", value);
        }
        if (expected != null) {
            json.put("expected", expected);
        }
        return json;
    }

    private String title() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 422 -> "Unprocessable Content";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }

    /** Carries a problem out of a parser or a change. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        RefusedException(Problem problem) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }
}
