package io.kurier.model;

import java.util.regex.Pattern;

/** Which events a webhook wants: an exact type, {@code prefix.*}, or {@code *}. */
public record EventPattern(String text) {
    public static final int MAX_LENGTH = 128;

    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*");
    private static final Pattern PATTERN = Pattern.compile("\\*|" + TYPE + "(?:\\.\\*)?");

    public EventPattern {
        if (text.length() > MAX_LENGTH || !PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no event pattern: expected a type such as job.completed, a prefix such as download.*, or *");
        }
    }

    /** Whether the text can be an event's type: words of letters, digits and _, joined by dots (or hyphens). */
    public static boolean isType(String text) {
        return text.length() <= MAX_LENGTH && TYPE.matcher(text).matches();
    }

    boolean isAll() {
        return text.equals("*");
    }

    boolean isPrefix() {
        return text.endsWith(".*");
    }

    public boolean matches(String type) {
        if (isAll()) {
            return true;
        }
        return isPrefix() ? type.startsWith(text.substring(0, text.length() - 1)) : type.equals(text);
    }
}
