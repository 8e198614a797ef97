package io.kurier.deliverylog;

import java.util.Comparator;

/**
 * Where a dead letter stands in lists, which go from the greatest to the least. Made of nothing but its record, so that
 * every process has the same order and goes on where another's page ended.
 *
 * @param diedAtMs epoch milliseconds
 */
public record DeadLetterPlace(long diedAtMs, String deliveryId) implements Comparable<DeadLetterPlace> {
    private static final Comparator<DeadLetterPlace> ORDER =
            Comparator.comparingLong(DeadLetterPlace::diedAtMs).thenComparing(DeadLetterPlace::deliveryId);

    /** @throws IllegalArgumentException when the text is not what {@link #text} makes */
    public static DeadLetterPlace parse(String text) {
        int mark = text.indexOf('_');
        if (mark < 0) {
            throw new IllegalArgumentException("'" + text + "' is no place: expected milliseconds, _ and an id");
        }
        return new DeadLetterPlace(Long.parseLong(text.substring(0, mark)), text.substring(mark + 1));
    }

    /** For a URL. */
    public String text() {
        return diedAtMs + "_" + deliveryId;
    }

    @Override
    public int compareTo(DeadLetterPlace other) {
        return ORDER.compare(this, other);
    }
}
