package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.event.EventRefusedException;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An error response: RFC 9457 problem details, extended by the field, its value and what was expected. Immutable.
 *
 * @param status of HTTP
 * @param detail one or two sentences for the caller: what is wrong, with which field, what was expected, what to do
 * @param field as a path, such as {@code [3].type}, shortened; null if the problem concerns the whole request
 * @param value as the caller sent it, shortened; null if it is missing or secret
 * @param expected never null if there is a field
 * @param retryAfterMs for the header {@code Retry-After}; 0 for none
 */
public record Problem(
        int status,
        String detail,
        @Nullable String field,
        @Nullable String value,
        @Nullable String expected,
        long retryAfterMs) {
    public static final Problem FAULT = of(500, "internal error of the API; its log has the details");

    private static final long UNAVAILABLE_MS = 1_000;
    private static final int MAX_VALUE = 120;
    private static final String EXPECTED = "expected ";

    public Problem {
        // most details end with "expected …"
        expected = expected == null ? expectedIn(detail) : expected;
    }

    public Problem(
            int status, String detail, @Nullable String field, @Nullable String value, @Nullable String expected) {
        this(status, detail, field, value, expected, status == 503 ? UNAVAILABLE_MS : 0);
    }

    /** A 429 with a {@code Retry-After}. */
    public static Problem tooMany(String detail, long retryAfterMs) {
        return new Problem(429, detail, null, null, null, retryAfterMs);
    }

    public static Problem of(int status, String detail) {
        return new Problem(status, detail, null, null, null);
    }

    /**
     * A 400 about a field.
     *
     * @param value null if it is secret
     * @param expected begins with {@code expected}, or is a predicate of the field such as {@code is deprecated}
     */
    public static Problem field(String field, @Nullable String value, String expected) {
        String name = shortened(field);
        String shown = value == null ? null : shortened(value);
        String subject = shown == null ? name : name + " is '" + shown + "'";
        boolean isPredicate = shown == null && !expected.startsWith(EXPECTED);
        return new Problem(400, subject + (isPredicate ? " " : ": ") + expected, name, shown, expected);
    }

    /** A 400 about a required field that the request lacks. */
    public static Problem missing(String field, String expected) {
        String name = shortened(field);
        return new Problem(400, "required field " + name + " is missing; " + expected, name, null, expected);
    }

    /**
     * A 400 about a field or parameter that the API does not know.
     *
     * @param kind {@code field} or {@code parameter}
     * @param value null if it may be secret
     * @param known names that are allowed in its place
     */
    public static Problem unknown(String kind, String field, @Nullable String value, Collection<String> known) {
        String name = shortened(field);
        String expected = known.isEmpty()
                ? "expected no " + kind + "s here"
                : "expected one of: " + String.join(", ", new TreeSet<>(known));
        return new Problem(
                400,
                "unknown " + kind + " " + name + "; " + expected,
                name,
                value == null ? null : shortened(value),
                expected);
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

    /** At most 120 characters of the text, followed by an ellipsis if it is longer. */
    public static String shortened(String text) {
        return text.length() > MAX_VALUE ? text.substring(0, MAX_VALUE) + "…" : text;
    }

    /** A 404, which does not tell whether another tenant has such a thing. */
    public static Problem notFound(String kind, String id) {
        return new Problem(404, "there is no " + kind + " " + shortened(id), null, null, null);
    }

    /**
     * The same problem, of a part of the request.
     *
     * @param path of the part, such as {@code [3]}
     */
    public Problem in(String path) {
        return new Problem(
                status, path + ": " + detail, field == null ? path : path + "." + field, value, expected, retryAfterMs);
    }

    /** The same problem with another status. */
    public Problem as(int newStatus) {
        return new Problem(newStatus, detail, field, value, expected, retryAfterMs);
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
                // some clients read this field instead of detail
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

    /** Carries a problem from a parser or a change to the code that sends the response. Has no stack trace. */
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
