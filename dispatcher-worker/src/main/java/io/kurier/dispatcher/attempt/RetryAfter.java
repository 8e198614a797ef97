package io.kurier.dispatcher.attempt;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date. Pure. */
final class RetryAfter {
    /** More digits than any bound has. */
    private static final int MANY_DIGITS = 10;

    private RetryAfter() {}

    /**
     * Epoch milliseconds before which the receiver does not want to be asked again; {@code nowMs} when it says nothing, or
     * nothing that can be read.
     */
    static long atMs(@Nullable String header, long nowMs, Duration most) {
        if (header == null) {
            return nowMs;
        }
        String text = header.strip();
        long latestMs = nowMs + most.toMillis();
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() >= MANY_DIGITS ? latestMs : Math.min(latestMs, nowMs + seconds(text) * 1_000);
        }
        try {
            long atMs = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                    .toEpochMilli();
            return Math.max(nowMs, Math.min(latestMs, atMs));
        } catch (DateTimeParseException e) {
            return nowMs;
        }
    }

    private static long seconds(String digits) {
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }
}
