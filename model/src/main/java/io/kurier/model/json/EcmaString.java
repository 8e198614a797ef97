package io.kurier.model.json;

import java.util.Arrays;

/**
 * ECMAScript's QuoteJSONString (ECMA-262, 25.5.2.3): short escapes for \b \t \n \f \r \" \\ only, lower-case \\u00xx for
 * the other controls, \\udxxx for lone surrogates, all else raw.
 */
final class EcmaString {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    /** For each ASCII character 0 when it is written as it is, the letter of its short escape, or 'u'. */
    private static final byte[] ESCAPES = escapes();
    /** The longest that one char becomes: {@code \}{@code u001f}. */
    private static final int MAX_BYTES_PER_CHAR = 6;

    private EcmaString() {}

    static void write(JsonOut out, String s) {
        write(out, s.toCharArray(), 0, s.length());
    }

    static void write(JsonOut out, char[] text, int from, int length) {
        byte[] bytes = out.reserve(length + 2);
        int at = out.size();
        bytes[at++] = '"';
        int i = from;
        int to = from + length;
        while (i < to && isPlain(text[i])) {
            bytes[at++] = (byte) text[i++];
        }
        out.setSize(at);
        if (i < to) {
            writeEscaped(out, text, i, to);
        }
        out.write('"');
    }

    private static boolean isPlain(char c) {
        return c < 0x80 && ESCAPES[c] == 0;
    }

    private static void writeEscaped(JsonOut out, char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text[i];
            byte[] bytes = out.reserve(MAX_BYTES_PER_CHAR);
            int at = out.size();
            if (c < 0x80) {
                at = ascii(bytes, at, c);
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | c >> 6);
                bytes[at++] = continuation(c);
            } else if (!Character.isSurrogate(c)) {
                bytes[at++] = (byte) (0xE0 | c >> 12);
                bytes[at++] = continuation(c >> 6);
                bytes[at++] = continuation(c);
            } else if (i + 1 < to && Character.isSurrogatePair(c, text[i + 1])) {
                at = supplementary(bytes, at, Character.toCodePoint(c, text[++i]));
            } else {
                at = unicodeEscape(bytes, at, c);
            }
            out.setSize(at);
        }
    }

    private static int ascii(byte[] bytes, int start, char c) {
        int at = start;
        byte escape = ESCAPES[c];
        if (escape == 'u') {
            return unicodeEscape(bytes, at, c);
        }
        if (escape != 0) {
            bytes[at++] = '\\';
        }
        bytes[at++] = escape == 0 ? (byte) c : escape;
        return at;
    }

    private static int supplementary(byte[] bytes, int start, int codePoint) {
        int at = start;
        bytes[at++] = (byte) (0xF0 | codePoint >> 18);
        bytes[at++] = continuation(codePoint >> 12);
        bytes[at++] = continuation(codePoint >> 6);
        bytes[at++] = continuation(codePoint);
        return at;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    private static int unicodeEscape(byte[] bytes, int start, char c) {
        int at = start;
        bytes[at++] = '\\';
        bytes[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[at++] = HEX[c >> shift & 0xF];
        }
        return at;
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        Arrays.fill(escapes, 0, 0x20, (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
