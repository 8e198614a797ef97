package io.kurier.model.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The text of a number: ECMAScript's (ECMA-262, 6.1.6.1.20 Number::toString) when it has the same value as the
 * publisher's, otherwise the publisher's own. Compares digits only, so that no publisher's exponent is ever expanded.
 */
final class EcmaNumber {
    /** Any decimal of so many digits comes back from a double unchanged, where the exponent is not extreme. */
    private static final int EXACT_DIGITS = 15;
    /** 0.000001 is the smallest that ECMAScript writes without an exponent. */
    private static final int MAX_ZEROS_AFTER_POINT = 5;
    /** ECMAScript writes whole numbers of up to so many digits without an exponent. */
    private static final int MAX_WHOLE_DIGITS = 21;
    /** Below this, doubles are so coarse that one digit may tell them apart. */
    private static final double COARSE = 1e-321;

    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_UP);

    private EcmaNumber() {}

    /** Writes the JSON number in {@code text} from {@code from} to before {@code to}. */
    static void write(JsonOut out, char[] text, int from, int to) {
        if (!writePlain(out, text, from, to)) {
            out.writeAscii(ecmaOr(new String(text, from, to - from)));
        }
    }

    private static String ecmaOr(String publishers) {
        double value = Double.parseDouble(publishers);
        if (Double.isInfinite(value)) {
            return publishers;
        }
        BigDecimal shortest = shortest(value);
        String digits = shortest.unscaledValue().abs().toString();
        return digits.equals(significantDigits(publishers)) ? laidOut(shortest) : publishers;
    }

    /** @param value finite */
    static void write(JsonOut out, double value) {
        out.writeAscii(laidOut(shortest(value)));
    }

    private static String laidOut(BigDecimal shortest) {
        String digits = shortest.unscaledValue().abs().toString();
        return (shortest.signum() < 0 ? "-" : "") + laidOut(digits, shortest.precision() - shortest.scale());
    }

    /**
     * The shortest decimal that a double reads as this value, the nearest of them, without zeros at its end. Jackson's
     * writer finds it, but always gives two digits.
     */
    private static BigDecimal shortest(double value) {
        BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
        if (decimal.precision() == 2 && Math.abs(value) < COARSE) {
            BigDecimal one = decimal.round(ONE_DIGIT).stripTrailingZeros();
            return one.doubleValue() == value ? one : decimal;
        }
        return decimal;
    }

    /** Digits with the point after the first {@code point} of them, as ECMAScript writes it. */
    private static String laidOut(String digits, int point) {
        int count = digits.length();
        if (point > MAX_WHOLE_DIGITS || point < -MAX_ZEROS_AFTER_POINT) {
            String fraction = count > 1 ? "." + digits.substring(1) : "";
            return digits.charAt(0) + fraction + (point > 0 ? "e+" : "e") + (point - 1);
        }
        if (point >= count) {
            return digits + "0".repeat(point - count);
        }
        return point > 0
                ? digits.substring(0, point) + "." + digits.substring(point)
                : "0." + "0".repeat(-point) + digits;
    }

    /**
     * The digits without zeros at either end, {@code 0} if none is left. A number and the double nearest to it differ
     * by less than a factor of 10, or the double is 0, so equal digits mean equal values.
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
        return end == 0 ? "0" : digits.toString();
    }

    /**
     * Fast path: the number has no exponent and needs none. ECMAScript's text is then the publisher's text without the
     * zeros at the end of its fraction. Without such zeros the text stays as it is, even if a double cannot hold the
     * number. Writes nothing and returns false for other numbers.
     */
    private static boolean writePlain(JsonOut out, char[] text, int from, int to) {
        int point = pointOf(text, from, to);
        int start = text[from] == '-' ? from + 1 : from;
        if (point < 0 || point - start > MAX_WHOLE_DIGITS) {
            return false;
        }
        int end = point < to ? withoutZeros(text, to) : to;
        if ((end < to && end - start > EXACT_DIGITS) || (end > point && needsExponent(text, start, point))) {
            return false;
        }
        boolean zero = end - start == 1 && text[start] == '0';
        out.writeAscii(text, zero ? start : from, end);
        return true;
    }

    /** Where the point is, or would be after a whole number; -1 when there is an exponent. */
    private static int pointOf(char[] text, int from, int to) {
        int point = to;
        for (int i = from; i < to; i++) {
            if (text[i] == '.') {
                point = i;
            } else if (text[i] > '9') {
                return -1;
            }
        }
        return point;
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
