package io.kurier.model.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fast path for JSON that is normal except for white space, as most publishers write it: reads bytes and copies them.
 * When a value would have to change, or the text is not JSON, it gives up without a reason, and the caller uses
 * {@link EcmaJson}, which gives one. For one text, on one thread.
 */
public final class PlainJson {
    private static final int MAX_MEMBERS = 64;
    private static final int MAX_OPEN_MEMBERS = 256;
    private static final int USUAL_MEMBERS = 32;
    /** Of a value; the text may hold a thousand of them. */
    private static final int USUAL_BYTES = 4_096;
    /** A number of so many digits is the shortest that stands for its double. */
    private static final int MAX_DIGITS = 15;
    /** Smaller ones are written with an exponent. */
    private static final int MAX_LEADING_ZEROS = 5;

    private final byte[] text;
    private final int maxDepth;
    private final int maxNumberLength;
    private final byte[] closing;
    private final int[] membersBefore;
    /** Where the names of open objects begin and end. */
    private int[] names = new int[2 * USUAL_MEMBERS];

    private int members;
    private int depth;
    private int at;
    private int copiedTo;
    private @Nullable JsonOut out;

    /** Begins to read the text; nesting is limited to 64 even if the limits allow more. */
    public PlainJson(byte[] utf8, EcmaJson.Limits limits) {
        this.text = utf8;
        this.maxDepth = Math.min(limits.maxDepth(), 64);
        this.maxNumberLength = limits.maxNumberLength();
        this.closing = new byte[maxDepth];
        this.membersBefore = new int[maxDepth];
    }

    /** Skips white space and consumes this character if it comes next. */
    public boolean takes(char c) {
        space();
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    /** Whether nothing but white space is left. */
    public boolean isAtEnd() {
        space();
        return at == text.length;
    }

    /** Reads a string of ASCII without escapes; null when something else comes next. */
    public @Nullable String ascii() {
        space();
        int from = at + 1;
        if (peek() != '"') {
            return null;
        }
        for (int i = from; i < text.length && text[i] >= ' ' && text[i] != '\\'; i++) {
            if (text[i] == '"') {
                at = i + 1;
                return new String(text, from, i - from, StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    /** Reads the next value, normalised; null when the fast path cannot. */
    public byte @Nullable [] value() {
        space();
        int from = at;
        copiedTo = at;
        out = null;
        depth = 0;
        members = 0;
        if (!read()) {
            return null;
        }
        JsonOut gathered = out;
        if (gathered == null) {
            return Arrays.copyOfRange(text, from, at);
        }
        gathered.write(text, copiedTo, at - copiedTo);
        return gathered.toByteArray();
    }

    private boolean read() {
        while (readOpening()) {
            while (true) {
                if (depth == 0) {
                    return true;
                }
                leaveOutSpace();
                int c = peek();
                at++;
                if (c == closing[depth - 1]) {
                    close();
                } else if (c == ',' && (closing[depth - 1] == ']' || readName())) {
                    break;
                } else {
                    return false;
                }
            }
        }
        return false;
    }

    /** A scalar, an empty object or array, or what comes before the first value inside one. */
    private boolean readOpening() {
        while (true) {
            leaveOutSpace();
            int c = peek();
            if (c != '{' && c != '[') {
                return readScalar(c);
            }
            if (depth == maxDepth) {
                return false;
            }
            at++;
            closing[depth] = (byte) (c == '{' ? '}' : ']');
            membersBefore[depth++] = members;
            leaveOutSpace();
            if (peek() == closing[depth - 1]) {
                at++;
                close();
                return true;
            }
            if (c == '{' && !readName()) {
                return false;
            }
        }
    }

    private void close() {
        members = membersBefore[--depth];
    }

    private boolean readScalar(int c) {
        return switch (c) {
            case '"' -> readString();
            case 't' -> readWord("true");
            case 'f' -> readWord("false");
            case 'n' -> readWord("null");
            default -> readNumber();
        };
    }

    private boolean readWord(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Names that look like numbers would come first, and of a name given twice only the last counts: neither is plain. */
    private boolean readName() {
        leaveOutSpace();
        int from = at;
        if (peek() != '"' || !readString() || isDigit(text[from + 1])) {
            return false;
        }
        int before = membersBefore[depth - 1];
        if (members - before == MAX_MEMBERS || members == MAX_OPEN_MEMBERS) {
            return false;
        }
        for (int i = before; i < members; i++) {
            if (Arrays.equals(text, names[2 * i], names[2 * i + 1], text, from, at)) {
                return false;
            }
        }
        if (2 * members == names.length) {
            names = Arrays.copyOf(names, 2 * names.length);
        }
        names[2 * members] = from;
        names[2 * members++ + 1] = at;
        leaveOutSpace();
        boolean found = peek() == ':';
        at++;
        return found;
    }

    private boolean readString() {
        int i = PlainAscii.skip(text, at + 1);
        while (i < text.length) {
            byte b = text[i];
            if (b == '"') {
                at = i + 1;
                return true;
            }
            if (b >= ' ' && b != '\\') {
                i++;
                continue;
            }
            int length = b == '\\' ? escape(i) : Utf8.characterAt(text, i);
            if (length == 0) {
                return false;
            }
            i = PlainAscii.skip(text, i + length);
        }
        return false;
    }

    /** Its length when ECMAScript would write the same; else 0. */
    private int escape(int i) {
        return i + 1 < text.length && "\"\\bfnrt".indexOf(text[i + 1]) >= 0 ? 2 : 0;
    }

    private boolean readNumber() {
        int start = at;
        return readDigits() && at - start <= maxNumberLength;
    }

    private boolean readDigits() {
        boolean isNegative = peek() == '-';
        at += isNegative ? 1 : 0;
        int from = at;
        digits();
        int whole = at - from;
        boolean isZero = whole == 1 && text[from] == '0';
        if (whole == 0 || (text[from] == '0' && !isZero) || whole > MAX_DIGITS) {
            return false;
        }
        int next = peek();
        if (next == 'e' || next == 'E' || (isNegative && isZero && next != '.')) {
            return false;
        }
        return next != '.' || readFraction(isZero, whole);
    }

    private boolean readFraction(boolean isBehindZero, int whole) {
        int from = ++at;
        digits();
        int zeros = 0;
        while (zeros < at - from && text[from + zeros] == '0') {
            zeros++;
        }
        boolean isShort = whole + at - from <= MAX_DIGITS;
        boolean isWritten = !isBehindZero || zeros <= MAX_LEADING_ZEROS;
        return at > from && text[at - 1] != '0' && isShort && isWritten && (peek() | 0x20) != 'e';
    }

    private void digits() {
        while (at < text.length && isDigit(text[at])) {
            at++;
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The next byte; -1 at the end, and below 0 for non-ASCII bytes. */
    private int peek() {
        return at < text.length ? text[at] : -1;
    }

    private void space() {
        while (at < text.length && isSpace(text[at])) {
            at++;
        }
    }

    private void leaveOutSpace() {
        int from = at;
        space();
        if (at > from) {
            if (out == null) {
                out = new JsonOut(Math.min(text.length - copiedTo, USUAL_BYTES));
            }
            out.write(text, copiedTo, from - copiedTo);
            copiedTo = at;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
