package io.kurier.model.webhook;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Headers that a webhook's owner adds to every request; values may be secret. Names are case-insensitive. Headers that frame
 * the request or that Kurier sets itself are reserved. Immutable.
 */
public final class CustomHeaders {
    /** Most headers. */
    public static final int MAX_HEADERS = 20;
    /** Longest name in characters. */
    public static final int MAX_NAME = 100;
    /** Longest value in characters. */
    public static final int MAX_VALUE = 4_096;
    /** Most characters of all headers together, as {@link #lines}. */
    public static final int MAX_CHARACTERS = 8_192;

    public static final CustomHeaders NONE = new CustomHeaders(Map.of());

    private static final Set<String> RESERVED = Set.of(
            "host",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "accept",
            "user-agent",
            "http2-settings");
    private static final Set<String> RESERVED_PREFIXES = Set.of("content-", "webhook-", "proxy-");
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private final Map<String, String> byName;
    private final String lines;

    private CustomHeaders(Map<String, String> byName) {
        TreeMap<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(byName);
        this.byName = Collections.unmodifiableMap(sorted);
        StringBuilder text = new StringBuilder();
        this.byName.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        this.lines = text.toString();
    }

    /**
     * Checks and takes headers.
     *
     * @throws IllegalArgumentException when a name, a value or their total breaks a rule; the message has no value
     */
    public static CustomHeaders of(Map<String, String> byName) {
        if (byName.isEmpty()) {
            return NONE;
        }
        byName.forEach((name, value) -> {
            checkName(name);
            checkValue(value);
        });
        CustomHeaders headers = new CustomHeaders(byName);
        if (headers.byName.size() > MAX_HEADERS || headers.lines.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("expected at most " + MAX_HEADERS + " headers and " + MAX_CHARACTERS
                    + " characters of them, found " + headers.byName.size() + " of " + headers.lines.length());
        }
        return headers;
    }

    /** Reads what {@link #lines} wrote, without checks. */
    public static CustomHeaders parse(String lines) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        lines.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            byName.put(line.substring(0, colon), line.substring(colon + 2));
        });
        return byName.isEmpty() ? NONE : new CustomHeaders(byName);
    }

    /**
     * Checks a name.
     *
     * @throws IllegalArgumentException when it is not a header name (RFC 9110, section 5.6.2) or is reserved
     */
    public static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(CustomHeaders::isToken)) {
            throw new IllegalArgumentException(
                    "expected a header name of 1 to " + MAX_NAME + " letters, digits and " + TOKEN);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower) || RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
            throw new IllegalArgumentException("this header is set by Kurier; expected a name other than "
                    + String.join(", ", RESERVED.stream().sorted().toList())
                    + ", content-…, webhook-… and proxy-…");
        }
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException when a request cannot carry it; the message does not repeat it
     */
    public static void checkValue(String value) {
        boolean isVisible = value.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
        if (value.isEmpty()
                || value.length() > MAX_VALUE
                || !isVisible
                || !value.strip().equals(value)) {
            throw new IllegalArgumentException("expected 1 to " + MAX_VALUE
                    + " visible ASCII characters, without line breaks, and no space at either end");
        }
    }

    private static boolean isToken(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || TOKEN.indexOf(c) >= 0;
    }

    /** Whether there are no headers. */
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /** The values by name; look-ups ignore case. */
    public Map<String, String> byName() {
        return byName;
    }

    /** The lines of a request's head, each with CR and LF. */
    public String lines() {
        return lines;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CustomHeaders that && lines.equals(that.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    /** Without values. */
    @Override
    public String toString() {
        return "CustomHeaders" + byName.keySet();
    }
}
