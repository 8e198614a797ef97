package io.kurier.model.event;

import org.jspecify.annotations.Nullable;

/** An event breaks a rule. The message has the field, its value and what was expected; the publisher may see it. */
public final class EventRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final @Nullable String field;
    private final @Nullable String value;
    private final String expected;
    private final boolean tooLarge;

    private EventRefusedException(
            String message, @Nullable String field, @Nullable String value, String expected, boolean tooLarge) {
        // without a stack trace: callers cause it, so it must be cheap and says nothing about this code
        super(message, null, false, false);
        this.field = field;
        this.value = value;
        this.expected = expected;
        this.tooLarge = tooLarge;
    }

    /** The event as a whole is wrong. */
    static EventRefusedException whole(String message) {
        return new EventRefusedException(message, null, null, message, false);
    }

    /**
     * One field is wrong.
     *
     * @param value null when there is none to show
     */
    static EventRefusedException field(String name, @Nullable String value, String expected) {
        String field = shortened(name);
        String message =
                value == null ? field + ": " + expected : field + " is '" + shortened(value) + "': " + expected;
        return new EventRefusedException(message, name, value, expected, false);
    }

    /** A field is too large, which HTTP reports by status 413. */
    static EventRefusedException tooLarge(String name, int bytes, int mostBytes) {
        String expected = "has " + bytes + " bytes, expected at most " + mostBytes;
        return new EventRefusedException(name + ": " + expected, name, null, expected, true);
    }

    private static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    /** The field by the name that the publisher used; null when the event as a whole is wrong. */
    public @Nullable String field() {
        return field;
    }

    /** The value of the field; null when there is none to show. */
    public @Nullable String value() {
        return value;
    }

    /** What was expected. */
    public String expected() {
        return expected;
    }

    /** Whether the event is only too large. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
