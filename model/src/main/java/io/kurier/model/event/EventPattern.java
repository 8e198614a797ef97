package io.kurier.model.event;

/** Which events a webhook wants: an exact type, {@code prefix.*}, or {@code *}. */
public record EventPattern(String text) {
    public static final int MAX_LENGTH = 128;
    /** What is told of what is no type. */
    public static final String EXPECTED_TYPE =
            "expected words of letters, digits and _ joined by dots or hyphens, such as job.completed, at most "
                    + MAX_LENGTH + " characters";

    public static final EventPattern ALL = new EventPattern("*");

    public EventPattern {
        if (text.length() > MAX_LENGTH || !isPattern(text)) {
            throw new IllegalArgumentException("'" + text
                    + "' is no event pattern: expected a type such as job.completed, a prefix such as download.*, or *, at most "
                    + MAX_LENGTH + " characters");
        }
    }

    private static boolean isPattern(String text) {
        return text.equals("*") || isType(text.endsWith(".*") ? text.substring(0, text.length() - 2) : text);
    }

    /** Whether the text can be an event's type: words of letters, digits and _, joined by dots (or hyphens). */
    public static boolean isType(String text) {
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean joins = c == '.' || c == '-';
            if (joins ? !inWord : !isWord(c)) {
                return false;
            }
            inWord = !joins;
        }
        return inWord && text.length() <= MAX_LENGTH;
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
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
