package io.kurier.model.event;

import org.jspecify.annotations.Nullable;

/** What was published is no event. The message names the field, its value and what was expected, and may be shown. */
public final class EventRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final @Nullable String field;
    private final @Nullable String value;
    private final String expected;
    private final boolean tooLarge;

    private EventRefusedException(
            String message, @Nullable String field, @Nullable String value, String expected, boolean tooLarge) {
        // thrown for what callers send, so where it was thrown tells nobody anything
        super(message, null, false, false);
        this.field = field;
        this.value = value;
        this.expected = expected;
        this.tooLarge = tooLarge;
    }

    /** About the whole of it. */
    static EventRefusedException whole(String message) {
        return new EventRefusedException(message, null, null, message, false);
    }

    static EventRefusedException field(String name, @Nullable String value, String expected) {
        String field = shortened(name);
        String message =
                value == null ? field + ": " + expected : field + " is '" + shortened(value) + "': " + expected;
        return new EventRefusedException(message, name, value, expected, false);
    }

    static EventRefusedException tooLarge(String name, int bytes, int mostBytes) {
        String expected = "has " + bytes + " bytes, expected at most " + mostBytes;
        return new EventRefusedException(name + ": " + expected, name, null, expected, true);
    }

    private static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    /** As the publisher wrote it; null when it is about the whole. */
    public @Nullable String field() {
        return field;
    }

    public @Nullable String value() {
        return value;
    }

    public String expected() {
        return expected;
    }

    public boolean isTooLarge() {
        return tooLarge;
    }
}
