package io.kurier.deliverylog;

import java.util.Comparator;

/**
 * The position of a dead letter in lists, which go from the greatest to the least. It depends on the record alone, so
 * that every process lists in the same order and can continue a page of another process.
 *
 * @param diedAtMs epoch milliseconds
 */
public record DeadLetterPlace(long diedAtMs, String deliveryId) implements Comparable<DeadLetterPlace> {
    private static final Comparator<DeadLetterPlace> ORDER =
            Comparator.comparingLong(DeadLetterPlace::diedAtMs).thenComparing(DeadLetterPlace::deliveryId);

    /** @throws IllegalArgumentException if the text does not come from {@link #text} */
    public static DeadLetterPlace parse(String text) {
        int mark = text.indexOf('_');
        if (mark < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a place in a list; expected MILLISECONDS_DELIVERYID");
        }
        return new DeadLetterPlace(Long.parseLong(text.substring(0, mark)), text.substring(mark + 1));
    }

    /** The place as text that needs no escaping in a URL; {@link #parse} reads it. */
    public String text() {
        return diedAtMs + "_" + deliveryId;
    }

    @Override
    public int compareTo(DeadLetterPlace other) {
        return ORDER.compare(this, other);
    }
}
