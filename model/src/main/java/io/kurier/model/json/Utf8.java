package io.kurier.model.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 strictly, which Jackson's own decoder does not: overlong forms and encoded surrogates are refused, and
 * so is a byte order mark at the start.
 */
final class Utf8 {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8() {}

    /** Length in bytes of the character at this position if it is well formed and not ASCII; else 0. */
    static int characterAt(byte[] utf8, int at) {
        int first = utf8[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > utf8.length) {
            return 0;
        }
        int second = utf8[at + 1] & 0xFF;
        // no overlong forms, no surrogates, nothing above U+10FFFF
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        boolean isWellFormed = second >= least && second <= most;
        for (int i = 2; i < length; i++) {
            isWellFormed &= (utf8[at + i] & 0xC0) == 0x80;
        }
        return isWellFormed ? length : 0;
    }

    /** The characters of the text, in the buffer's array from 0 to its limit. */
    static CharBuffer decode(byte[] utf8) throws JsonRefusedException {
        ByteBuffer in = ByteBuffer.wrap(utf8);
        CharBuffer out = CharBuffer.allocate(utf8.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw new JsonRefusedException("Refused at byte " + in.position() + ": "
                    + String.format("0x%02X", utf8[in.position()])
                    + " does not begin a UTF-8 character; expected JSON in well-formed UTF-8");
        }
        out.flip();
        if (out.hasRemaining() && out.get(0) == BYTE_ORDER_MARK) {
            throw new JsonRefusedException("Refused at byte 0: a byte order mark; expected JSON without one");
        }
        return out;
    }
}
