package io.kurier.model.event;

import io.kurier.model.EventRules;

/**
 * Selects events by type.
 *
 * @param text an exact type, {@code prefix.*} for all types that begin with {@code prefix.}, or {@code *} for all
 */
public record EventPattern(String text) {
    /** Matches every event. */
    public static final EventPattern ALL = new EventPattern("*");

    public EventPattern {
        if (text.length() > EventRules.MAX_TYPE_LENGTH || !isPattern(text)) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an event pattern: expected a type such as job.completed, a prefix such as download.*, or *, at most "
                    + EventRules.MAX_TYPE_LENGTH + " characters");
        }
    }

    private static boolean isPattern(String text) {
        return text.equals("*") || EventRules.isType(text.endsWith(".*") ? text.substring(0, text.length() - 2) : text);
    }

    boolean isAll() {
        return text.equals("*");
    }

    boolean isPrefix() {
        return text.endsWith(".*");
    }

    /** Whether an event of this type is selected. Upper and lower case differ. */
    public boolean matches(String type) {
        if (isAll()) {
            return true;
        }
        return isPrefix() ? type.startsWith(text.substring(0, text.length() - 1)) : type.equals(text);
    }
}
