package io.kurier.model.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.util.Random;

/** Random JSON texts, the same for the same seed, rich in what normalising must get right. */
public final class RandomJson {
    private static final String[] FAVOURITE_NAMES = {
        "a",
        "b",
        "\\u0061",
        "0",
        "1",
        "2",
        "10",
        "\\u0031",
        "4294967294",
        "4294967295",
        "4294967296",
        "01",
        "-0",
        "-1",
        "1.0",
        "1e3",
        "",
        "__proto__",
        "constructor",
        "toString",
        "length",
        "a\\u0000",
        "\\ud800",
        "\\ud83d\\ude00",
        "😀"
    };
    private static final String[] PIECES = {
        "\\b",
        "\\t",
        "\\n",
        "\\f",
        "\\r",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0000",
        "\\u001F",
        "\\u000b",
        "\\u0041",
        "\\u00e9",
        "\\u00E9",
        "\\u2028",
        "\\uD800",
        "\\udfff",
        "\\uD83D\\uDE00",
        "\\uDE00\\uD83D",
        "\\uffff",
        "\u007f",
        "\u0080",
        "é",
        "߿",
        "ࠀ",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffd",
        "\uffff",
        "😀",
        "𐀀",
        "\udbff\udfff",
        "/",
        "'",
        " "
    };

    private final Random random;
    private final String whiteSpace;

    /** @param whiteSpace what may stand between tokens */
    public RandomJson(long seed, String whiteSpace) {
        this.random = new Random(seed);
        this.whiteSpace = whiteSpace;
    }

    /** A text whose numbers all round-trip through a double. */
    public String document() {
        StringBuilder out = new StringBuilder();
        value(out, 0);
        return out.toString();
    }

    /** A number of any length and exponent; most don't round-trip. */
    public String anyNumber() {
        StringBuilder out = new StringBuilder(random.nextBoolean() ? "-" : "");
        out.append(random.nextInt(4) == 0 ? "0" : 1 + random.nextInt(9) + digits(random.nextInt(25)));
        if (random.nextBoolean()) {
            out.append('.').append("0".repeat(random.nextInt(8))).append(digits(1 + random.nextInt(25)));
        }
        if (random.nextBoolean()) {
            out.append(oneOf("e", "E", "e+", "e-", "E-")).append(random.nextInt(random.nextBoolean() ? 30 : 400));
        }
        return out.toString();
    }

    /** The text with a few characters taken out, put in, doubled or cut off. */
    String mutate(String json) {
        StringBuilder out = new StringBuilder(json);
        for (int n = random.nextInt(3); n >= 0 && out.length() > 0; n--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(4)) {
                case 0 -> out.deleteCharAt(at);
                case 1 ->
                    out.insert(at, oneOf(",", ":", "\"", "\\", "{", "}", "[", "]", "0", "-", "e", ".", "\u0001", " "));
                case 2 -> out.insert(at, out.charAt(at));
                default -> out.setLength(at);
            }
        }
        return out.toString();
    }

    private void value(StringBuilder out, int depth) {
        space(out);
        switch (random.nextInt(depth > 5 ? 4 : depth == 0 ? 12 : 7)) {
            case 0 -> out.append(oneOf("true", "false", "null"));
            case 1, 2 -> out.append(number());
            case 3 -> string(out);
            case 4 -> array(out, depth);
            default -> object(out, depth);
        }
        space(out);
    }

    private void array(StringBuilder out, int depth) {
        out.append('[');
        for (int i = random.nextInt(5); i > 0; i--) {
            value(out, depth + 1);
            out.append(i > 1 ? "," : "");
        }
        space(out);
        out.append(']');
    }

    private void object(StringBuilder out, int depth) {
        out.append('{');
        space(out);
        for (int i = random.nextInt(30) == 0 ? 60 : random.nextInt(7); i > 0; i--) {
            name(out);
            space(out);
            out.append(':');
            value(out, depth + (random.nextInt(3) == 0 ? 1 : 3));
            out.append(i > 1 ? "," : "");
            space(out);
        }
        out.append('}');
    }

    private void name(StringBuilder out) {
        switch (random.nextInt(4)) {
            case 0 -> string(out);
            case 1 -> out.append('"').append(random.nextInt(200)).append('"');
            default -> out.append('"').append(oneOf(FAVOURITE_NAMES)).append('"');
        }
    }

    private void string(StringBuilder out) {
        out.append('"');
        for (int i = random.nextInt(12); i > 0; i--) {
            out.append(random.nextBoolean() ? oneOf(PIECES) : String.valueOf((char) ('a' + random.nextInt(26))));
        }
        out.append('"');
    }

    private String number() {
        return switch (random.nextInt(4)) {
            case 0 -> String.valueOf(random.nextInt(2_000) - 1_000);
            case 1 -> String.valueOf(random.nextLong() >> 11);
            case 2 ->
                spelled(new BigDecimal(random.nextLong() % 1_000_000_000_000_000L)
                        .movePointLeft(random.nextInt(30) - 5));
            default -> spelled(new BigDecimal(NumberOutput.toString(anyDouble(), true)));
        };
    }

    /** Without the coarsest, for which the two digits of Jackson's text are one too many. */
    private double anyDouble() {
        long bits = random.nextLong();
        boolean subnormal = random.nextInt(8) == 0;
        double value = Double.longBitsToDouble(subnormal ? bits >>> 12 + random.nextInt(48) : bits);
        return Double.isFinite(value) && Math.abs(value) > 1e-321 ? value : random.nextDouble();
    }

    /** One of the many ways to write a number. */
    private String spelled(BigDecimal value) {
        return switch (random.nextInt(5)) {
            case 0 -> value.toPlainString();
            case 1 -> value.setScale(value.scale() + 2).toString();
            case 2 -> value.unscaledValue() + "00" + oneOf("e", "E") + (-value.scale() - 2);
            case 3 -> value.toEngineeringString();
            default -> value.stripTrailingZeros().toString().replace("E+", oneOf("E", "e", "e+0"));
        };
    }

    private void space(StringBuilder out) {
        while (random.nextInt(5) == 0) {
            out.append(whiteSpace.charAt(random.nextInt(whiteSpace.length())));
        }
    }

    private String digits(int count) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(random.nextInt(3) == 0 ? 0 : random.nextInt(10));
        }
        return out.toString();
    }

    private String oneOf(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
