package io.kurier.model.egress;

import java.text.Normalizer;
import java.util.Optional;

/**
 * Checks the {@code xn--} labels of a host name: whether IDNA 2008 could have made them (RFC 3492, RFC 5891). The JDK
 * implements IDNA 2003, which refuses valid names of today. Pure.
 */
final class Punycode {
    private static final String PREFIX = "xn--";
    /** A dot, to readers of IDNA 2003. */
    private static final int IDEOGRAPHIC_STOP = 0x3002;

    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;

    private Punycode() {}

    /** Whether a lower-case label of a host name is plain, or valid Punycode. */
    static boolean isSound(String label) {
        if (!label.startsWith(PREFIX)) {
            return true;
        }
        return decode(label.substring(PREFIX.length())).filter(Punycode::isName).isPresent();
    }

    /** Not all ASCII, nothing invisible, nothing that a reader would take for another character. */
    private static boolean isName(String decoded) {
        return decoded.codePoints().anyMatch(c -> c >= 0x80)
                && decoded.codePoints().noneMatch(c -> c != 0x200c && c != 0x200d && isUnfit(c))
                && Normalizer.normalize(decoded, Normalizer.Form.NFKC).equals(decoded);
    }

    private static boolean isUnfit(int c) {
        int type = Character.getType(c);
        return c == IDEOGRAPHIC_STOP
                || Character.isUpperCase(c)
                || Character.isSpaceChar(c)
                || type == Character.FORMAT
                || type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.PRIVATE_USE;
    }

    private static Optional<String> decode(String text) {
        int basic = Math.max(text.lastIndexOf('-'), 0);
        StringBuilder decoded = new StringBuilder(text.substring(0, basic));
        int at = basic > 0 ? basic + 1 : 0;
        int code = 0x80;
        int bias = 72;
        long i = 0;
        int count = basic;
        while (at < text.length()) {
            long before = i;
            long weight = 1;
            for (int k = BASE; ; k += BASE) {
                int digit = at < text.length() ? digit(text.charAt(at++)) : -1;
                i += digit * weight;
                if (digit < 0 || i > Integer.MAX_VALUE) {
                    return Optional.empty();
                }
                int threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
                if (digit < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            count++;
            bias = adapt(i - before, count, before == 0);
            code = (int) Math.min(code + i / count, Character.MAX_CODE_POINT + 1);
            i %= count;
            if (!Character.isValidCodePoint(code)) {
                return Optional.empty();
            }
            decoded.insert(decoded.offsetByCodePoints(0, (int) i), Character.toChars(code));
            i++;
        }
        return Optional.of(decoded.toString());
    }

    private static int digit(char c) {
        return c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }

    private static int adapt(long delta, int count, boolean first) {
        long left = first ? delta / DAMP : delta / 2;
        left += left / count;
        int k = 0;
        while (left > (BASE - T_MIN) * T_MAX / 2) {
            left /= BASE - T_MIN;
            k += BASE;
        }
        return (int) (k + (BASE - T_MIN + 1) * left / (left + SKEW));
    }
}
