package io.kurier.model.webhook;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Headers a webhook's owner wants on every request; values may be secret. Names differ by more than case. What a request
 * means, and what Kurier says of itself, they cannot change. Immutable.
 */
public final class CustomHeaders {
    public static final int MAX_HEADERS = 20;
    public static final int MAX_NAME = 100;
    public static final int MAX_VALUE = 4_096;
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

    /** @throws IllegalArgumentException that repeats no value */
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

    /** The other way round than {@link #lines}, of what that wrote. */
    public static CustomHeaders parse(String lines) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        lines.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            byName.put(line.substring(0, colon), line.substring(colon + 2));
        });
        return byName.isEmpty() ? NONE : new CustomHeaders(byName);
    }

    /** @throws IllegalArgumentException when a request cannot have it, or Kurier sets it itself */
    public static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(CustomHeaders::isToken)) {
            throw new IllegalArgumentException(
                    "expected a header name of 1 to " + MAX_NAME + " letters, digits and " + TOKEN);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower) || RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
            throw new IllegalArgumentException("is set by Kurier; expected a name other than "
                    + String.join(", ", RESERVED.stream().sorted().toList())
                    + ", content-…, webhook-… and proxy-…");
        }
    }

    /** @throws IllegalArgumentException that does not repeat it */
    public static void checkValue(String value) {
        boolean isVisible = value.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
        if (value.isEmpty()
                || value.length() > MAX_VALUE
                || !isVisible
                || !value.strip().equals(value)) {
            throw new IllegalArgumentException("expected 1 to " + MAX_VALUE
                    + " visible ASCII characters, without line breaks, and no blank at either end");
        }
    }

    private static boolean isToken(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || TOKEN.indexOf(c) >= 0;
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /** By name, whatever the case of its letters. */
    public Map<String, String> byName() {
        return byName;
    }

    /** As they stand in a request's head, each with its line break. */
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
