package io.kurier.benchmarks.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The position of one HTTP/1.1 message in a buffer. Implements only the part of RFC 9112 that loopback peers with
 * Content-Length need, and copies nothing. Mutable and reused; one instance per connection, used on that connection's
 * event loop only.
 */
public final class HttpFrame {
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    /** Path prefix of the load's webhooks; the number of the webhook follows. */
    public static final String WEBHOOK_PATH = "/hook/";

    private static final byte[] WEBHOOK_PATH_BYTES = ascii(WEBHOOK_PATH);
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");

    private int start;
    private int bodyStart;
    private int end;

    /**
     * Finds the message that begins at the reader index.
     *
     * @return false if the buffer does not hold the whole message yet
     * @throws IllegalArgumentException if the message is not framed by Content-Length
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
                throw new IllegalArgumentException("Transfer-Encoding is not supported, expected Content-Length");
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

    /** @return the first byte of the request line: `P` of POST, `G` of GET */
    public byte method(ByteBuf in) {
        return in.getByte(start);
    }

    /**
     * @return the number of the webhook that a POST is for, or -1 if the path does not begin with {@link
     *     #WEBHOOK_PATH}
     */
    public int webhookNumber(ByteBuf in) {
        int path = start + "POST ".length();
        for (int i = 0; i < WEBHOOK_PATH_BYTES.length; i++) {
            if (in.getByte(path + i) != WEBHOOK_PATH_BYTES[i]) {
                return -1;
            }
        }
        return number(in, path + WEBHOOK_PATH_BYTES.length);
    }

    /** @return the status code, if the message is a response */
    public int status(ByteBuf in) {
        return number(in, start + "HTTP/1.1 ".length());
    }

    /**
     * Finds a header by a linear search; not for every message.
     *
     * @param name in lower case
     * @return the value without surrounding blanks, or null
     */
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

    /** @return the decimal number at or after an index, after blanks; 0 if there is none */
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
