package io.kurier.model.json;

import java.nio.charset.StandardCharsets;

/** Escapes all characters outside of ASCII, for receivers that cannot read UTF-8. Only strings can hold them. Pure. */
public final class AsciiJson {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private AsciiJson() {}

    /**
     * Escapes a JSON text.
     *
     * @param utf8 valid JSON
     * @return the same array when there is nothing to escape
     */
    public static byte[] escaped(byte[] utf8) {
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] < 0) {
                return escaped(utf8, i);
            }
        }
        return utf8;
    }

    private static byte[] escaped(byte[] utf8, int first) {
        JsonOut out = new JsonOut(utf8.length + utf8.length / 2);
        out.write(utf8, 0, first);
        String rest = new String(utf8, first, utf8.length - first, StandardCharsets.UTF_8);
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c < 0x80) {
                out.write((byte) c);
            } else {
                out.write((byte) '\\');
                out.write((byte) 'u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.write((byte) HEX[c >> shift & 0xf]);
                }
            }
        }
        return out.toByteArray();
    }
}
