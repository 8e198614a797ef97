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

    /** The characters of the text, in the buffer's array from 0 to its limit. */
    static CharBuffer decode(byte[] utf8) throws JsonRefusedException {
        ByteBuffer in = ByteBuffer.wrap(utf8);
        CharBuffer out = CharBuffer.allocate(utf8.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw new JsonRefusedException("Refused at byte " + in.position() + ": "
                    + String.format("0x%02X", utf8[in.position()])
                    + " begins no character of UTF-8; expected JSON in well-formed UTF-8");
        }
        out.flip();
        if (out.hasRemaining() && out.get(0) == BYTE_ORDER_MARK) {
            throw new JsonRefusedException("Refused at byte 0: a byte order mark; expected JSON without one");
        }
        return out;
    }
}
