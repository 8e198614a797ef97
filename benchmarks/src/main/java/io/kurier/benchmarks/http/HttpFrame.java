package io.kurier.benchmarks.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where one HTTP/1.1 message lies in a buffer: just enough of RFC 9112 for loopback peers that frame by Content-Length.
 * Nothing is copied. Mutable and reused; one instance per connection, used by that connection's event loop only.
 */
public final class HttpFrame {
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    /** Path of the load's webhooks; the number of a webhook follows. */
    public static final String WEBHOOK_PATH = "/hook/";

    private static final byte[] WEBHOOK_PATH_BYTES = ascii(WEBHOOK_PATH);
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");

    private int start;
    private int bodyStart;
    private int end;

    /**
     * Finds the message that begins at the reader index.
     *
     * @return false when the buffer does not hold all of it yet
     * @throws IllegalArgumentException for a message that is not framed by Content-Length
     */
    public boolean find(ByteBuf in) {
        start = in.readerIndex();
        int bodyLength = 0;
        int line = start;
        while (true) {
            int newline = in.indexOf(line, in.writerIndex(), (byte) '\n');
            if (newline < 0) {
                return false;
            }
            if (newline - line <= 1) {
                bodyStart = newline + 1;
                end = bodyStart + bodyLength;
                return end <= in.writerIndex();
            }
            int first = in.getByte(line) | 0x20;
            if (first == 'c' && isHeader(in, line, CONTENT_LENGTH)) {
                bodyLength = number(in, line + CONTENT_LENGTH.length + 1);
            } else if (first == 't' && isHeader(in, line, TRANSFER_ENCODING)) {
                throw new IllegalArgumentException("Transfer-Encoding is not read here, expected Content-Length");
            }
            line = newline + 1;
        }
    }

    public int bodyStart() {
        return bodyStart;
    }

    public int end() {
        return end;
    }

    public int bodyLength() {
        return end - bodyStart;
    }

    /** The first byte of the request line: `P` of POST, `G` of GET. */
    public byte method(ByteBuf in) {
        return in.getByte(start);
    }

    /** The number of the webhook that a POST is for, or -1 when its path is another than {@link #WEBHOOK_PATH}. */
    public int webhookNumber(ByteBuf in) {
        int path = start + "POST ".length();
        for (int i = 0; i < WEBHOOK_PATH_BYTES.length; i++) {
            if (in.getByte(path + i) != WEBHOOK_PATH_BYTES[i]) {
                return -1;
            }
        }
        return number(in, path + WEBHOOK_PATH_BYTES.length);
    }

    /** The status code, when the message is a response. */
    public int status(ByteBuf in) {
        return number(in, start + "HTTP/1.1 ".length());
    }

    /** A header's value, or null; slow, for the rare case. The name is in lower case. */
    @Nullable
    public String header(ByteBuf in, String name) {
        byte[] wanted = ascii(name);
        int line = in.indexOf(start, bodyStart, (byte) '\n') + 1;
        while (line < bodyStart) {
            int newline = in.indexOf(line, bodyStart, (byte) '\n');
            if (isHeader(in, line, wanted)) {
                int value = line + wanted.length + 1;
                return in.toString(value, newline - value, StandardCharsets.ISO_8859_1)
                        .strip();
            }
            line = newline + 1;
        }
        return null;
    }

    private static boolean isHeader(ByteBuf in, int line, byte[] name) {
        if (line + name.length >= in.writerIndex() || in.getByte(line + name.length) != ':') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((in.getByte(line + i) | 0x20) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** The decimal number at or after an index, blanks skipped; 0 when there is none. */
    private static int number(ByteBuf in, int from) {
        int i = from;
        while (in.getByte(i) == ' ') {
            i++;
        }
        int value = 0;
        for (int digit = in.getByte(i) - '0'; digit >= 0 && digit <= 9; digit = in.getByte(++i) - '0') {
            value = Math.addExact(Math.multiplyExact(value, 10), digit);
        }
        return value;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
