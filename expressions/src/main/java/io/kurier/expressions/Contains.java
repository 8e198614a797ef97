package io.kurier.expressions;

/**
 * Whether one text is inside another, in time proportional to both together, where the JDK's search takes their product at
 * texts such as {@code aaaa…}. Knuth, Morris and Pratt's. Pure.
 */
final class Contains {
    private Contains() {}

    static boolean in(String text, String sought) {
        if (sought.length() > text.length()) {
            return false;
        }
        if (sought.length() <= 1) {
            return text.contains(sought);
        }
        int[] borders = borders(sought);
        int matched = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            while (matched > 0 && sought.charAt(matched) != c) {
                matched = borders[matched - 1];
            }
            if (sought.charAt(matched) == c && ++matched == sought.length()) {
                return true;
            }
        }
        return false;
    }

    /** For each beginning of the text: how long its longest beginning is that it ends with, too. */
    private static int[] borders(String text) {
        int[] borders = new int[text.length()];
        int length = 0;
        for (int at = 1; at < text.length(); at++) {
            while (length > 0 && text.charAt(length) != text.charAt(at)) {
                length = borders[length - 1];
            }
            if (text.charAt(length) == text.charAt(at)) {
                length++;
            }
            borders[at] = length;
        }
        return borders;
    }
}
