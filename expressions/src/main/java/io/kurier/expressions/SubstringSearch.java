package io.kurier.expressions;

/**
 * Substring search in time proportional to the sum of both lengths (Knuth, Morris and Pratt). {@link String#contains}
 * takes their product for strings such as {@code aaaa…}, which would hold up a worker's event loop. Pure.
 */
final class SubstringSearch {
    private SubstringSearch() {}

    static boolean contains(String text, String sought) {
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

    /** The failure function: for each prefix, the length of its longest proper prefix that is also its suffix. */
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
