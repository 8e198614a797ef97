package io.kurier.model.json;

import java.io.IOException;
import org.erdtman.jcs.NumberToJSON;

/**
 * The text of a number: ECMAScript's (ECMA-262, 6.1.6.1.20 Number::toString) when it has the same value as the
 * publisher's, otherwise the publisher's own. Compares digits only, so that no exponent is ever expanded.
 */
final class EcmaNumber {
    /** Any decimal of so many digits comes back from a double unchanged. */
    private static final int EXACT_DIGITS = 15;
    /** 0.000001 is the smallest that ECMAScript writes without an exponent. */
    private static final int MAX_ZEROS_AFTER_POINT = 5;

    private EcmaNumber() {}

    /** Writes the JSON number in {@code text} from {@code from} to before {@code to}. */
    static void write(JsonOut out, char[] text, int from, int to) {
        if (to - from <= EXACT_DIGITS + 2 && writePlain(out, text, from, to)) {
            return;
        }
        String publishers = new String(text, from, to - from);
        out.writeAscii(ecmaOr(publishers));
    }

    private static String ecmaOr(String publishers) {
        double value = Double.parseDouble(publishers);
        if (Double.isInfinite(value)) {
            return publishers;
        }
        try {
            String ecma = NumberToJSON.serializeNumber(value);
            return significantDigits(ecma).equals(significantDigits(publishers)) ? ecma : publishers;
        } catch (IOException e) {
            throw new IllegalStateException("The finite number " + publishers + " could not be written", e);
        }
    }

    /**
     * The digits without zeros at either end. A number and the double nearest to it differ by less than a factor of
     * 10, or one of them is 0, so equal digits mean equal values.
     */
    private static String significantDigits(String number) {
        StringBuilder digits = new StringBuilder(number.length());
        int end = 0;
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == 'e' || c == 'E') {
                break;
            }
            boolean leadingZero = c == '0' && digits.length() == 0;
            if (c >= '0' && c <= '9' && !leadingZero) {
                digits.append(c);
                end = c == '0' ? end : digits.length();
            }
        }
        digits.setLength(end);
        return digits.toString();
    }

    /**
     * The short way for numbers without an exponent, few digits and no need of an exponent: ECMAScript's text is the
     * publisher's without the zeros at the end of its fraction. Writes nothing and returns false for others.
     */
    private static boolean writePlain(JsonOut out, char[] text, int from, int to) {
        int point = -1;
        for (int i = from; i < to; i++) {
            if (text[i] == '.') {
                point = i;
            } else if (text[i] > '9') {
                return false;
            }
        }
        int start = text[from] == '-' ? from + 1 : from;
        if (to - start - (point < 0 ? 0 : 1) > EXACT_DIGITS) {
            return false;
        }
        int end = point < 0 ? to : withoutZeros(text, to);
        if (end > point && point >= 0 && needsExponent(text, start, point)) {
            return false;
        }
        boolean zero = end - start == 1 && text[start] == '0';
        out.writeAscii(text, zero ? start : from, end);
        return true;
    }

    /** Where a number with a point ends when the zeros after it, or the point itself, are left out. */
    private static int withoutZeros(char[] text, int to) {
        int end = to;
        while (text[end - 1] == '0') {
            end--;
        }
        return text[end - 1] == '.' ? end - 1 : end;
    }

    private static boolean needsExponent(char[] text, int start, int point) {
        int digit = point + 1;
        while (text[digit] == '0') {
            digit++;
        }
        return text[start] == '0' && digit - point - 1 > MAX_ZEROS_AFTER_POINT;
    }
}
