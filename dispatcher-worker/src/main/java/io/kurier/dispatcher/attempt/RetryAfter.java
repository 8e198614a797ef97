package io.kurier.dispatcher.attempt;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Retry-After} (RFC 9110, section 10.2.3): a number of seconds, or an HTTP date. Pure. */
final class RetryAfter {
    /** A number with this many digits exceeds every bound, and may not fit a {@code long}. */
    private static final int MANY_DIGITS = 10;

    private RetryAfter() {}

    /**
     * The earliest time at which the receiver wants the next request.
     *
     * @param header the header's value; null if the response has none
     * @param nowMs epoch milliseconds
     * @param most bound of the wait; a longer one counts as this
     * @return epoch milliseconds; {@code nowMs} if there is no header, or if it cannot be parsed
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
