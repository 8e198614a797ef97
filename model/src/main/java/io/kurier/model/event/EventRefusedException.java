package io.kurier.model.event;

import org.jspecify.annotations.Nullable;

/** What was published is no event. The message names the field, its value and what was expected, and may be shown. */
public final class EventRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    public EventRefusedException(String message) {
        super(message);
    }

    static EventRefusedException field(String name, @Nullable String value, String expected) {
        String field = shortened(name);
        return new EventRefusedException(
                value == null ? field + ": " + expected : field + " is '" + shortened(value) + "': " + expected);
    }

    private static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
