package io.kurier.model.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the end of what a JSON string may hold as it is, eight bytes at a time. */
final class PlainAscii {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;
    private static final long SPACES = ' ' * EACH;

    private PlainAscii() {}

    /**
     * Skips printable ASCII other than quotes and backslashes.
     *
     * @return where to look byte by byte: at most eight before the first other byte or the end of the text
     */
    static int skip(byte[] text, int from) {
        int at = from;
        while (at <= text.length - Long.BYTES && isPlain((long) WORDS.get(text, at))) {
            at += Long.BYTES;
        }
        return at;
    }

    private static boolean isPlain(long word) {
        // what borrows from a neighbour was found already
        long below = word - SPACES;
        return ((word | below | zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES)) & HIGH) == 0;
    }

    /** The high bit of each byte that is zero; of others only above such a one. */
    private static long zeros(long word) {
        return (word - EACH) & ~word;
    }
}
