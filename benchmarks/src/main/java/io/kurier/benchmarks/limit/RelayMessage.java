package io.kurier.benchmarks.limit;

import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.receiver.StandardSignature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The bytes that the relay writes: the signed POST, and the answer to the client. Delivery ids count up; each event
 * loop has a range of its own. One instance per event loop, not thread-safe.
 */
final class RelayMessage {
    private static final int DIGITS = 16;
    private static final byte[] ID_PREFIX = ascii("dlv_");
    private static final int ID_LENGTH = ID_PREFIX.length + DIGITS;

    private final ByteBufAllocator allocator;
    private final StandardSignature signature;
    private final byte[][] heads;
    private final byte[] headTimestamp = ascii("\r\nwebhook-timestamp: ");
    private final byte[] headSignature = ascii("\r\nwebhook-signature: v1,");
    private final byte[] headLength = ascii("\r\ncontent-length: ");
    private final byte[] headEnd = ascii("\r\n\r\n");
    private final byte[] answer;
    private final int answerDigits;
    private byte[] scratch = new byte[4096];
    private byte[] timestamp = {};
    private long timestampSeconds;
    private long sequence;

    /** @param fanOut webhooks that each event goes to */
    RelayMessage(ByteBufAllocator allocator, String secret, InetSocketAddress receiver, int fanOut, int loop) {
        this.allocator = allocator;
        this.signature = new StandardSignature(secret);
        this.sequence = loop * 1_000_000_000_000L;
        this.heads = new byte[fanOut][];
        for (int webhook = 0; webhook < fanOut; webhook++) {
            heads[webhook] = ascii("POST " + HttpFrame.WEBHOOK_PATH + webhook + " HTTP/1.1\r\nhost: "
                    + receiver.getHostString() + ":" + receiver.getPort()
                    + "\r\nuser-agent: kurier-bare-relay\r\ncontent-type: application/json\r\nwebhook-id: ");
        }
        String body = "{\"id\":\"evt_" + "0".repeat(DIGITS) + "\",\"status\":\"accepted\"}";
        String text = "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: " + body.length()
                + "\r\n\r\n" + body;
        this.answer = ascii(text);
        this.answerDigits = text.indexOf("evt_") + "evt_".length();
    }

    int fanOut() {
        return heads.length;
    }

    /**
     * Builds a signed POST.
     *
     * @param webhook number of the webhook
     * @param in buffer that holds the body at {@code bodyStart}
     * @return the request, to be released by the caller
     */
    ByteBuf post(int webhook, ByteBuf in, int bodyStart, int bodyLength) {
        refreshTimestamp();
        int bodyAt = ID_LENGTH + 1 + timestamp.length + 1;
        int length = bodyAt + bodyLength;
        if (scratch.length < length) {
            scratch = new byte[length * 2];
        }
        System.arraycopy(ID_PREFIX, 0, scratch, 0, ID_PREFIX.length);
        writeDigits(scratch, ID_PREFIX.length, ++sequence);
        scratch[ID_LENGTH] = '.';
        System.arraycopy(timestamp, 0, scratch, ID_LENGTH + 1, timestamp.length);
        scratch[bodyAt - 1] = '.';
        in.getBytes(bodyStart, scratch, bodyAt, bodyLength);
        return write(heads[webhook], signature.sign(scratch, length), bodyAt, bodyLength);
    }

    /** @return the 202 for the request posted last, to be released by the caller */
    ByteBuf accepted() {
        writeDigits(answer, answerDigits, sequence);
        return allocator.directBuffer(answer.length).writeBytes(answer);
    }

    private ByteBuf write(byte[] head, byte[] base64, int bodyAt, int bodyLength) {
        return allocator
                .directBuffer(head.length + bodyAt + bodyLength + 128)
                .writeBytes(head)
                .writeBytes(scratch, 0, ID_LENGTH)
                .writeBytes(headTimestamp)
                .writeBytes(timestamp)
                .writeBytes(headSignature)
                .writeBytes(base64)
                .writeBytes(headLength)
                .writeBytes(ascii(Integer.toString(bodyLength)))
                .writeBytes(headEnd)
                .writeBytes(scratch, bodyAt, bodyLength);
    }

    private void refreshTimestamp() {
        long seconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        if (seconds != timestampSeconds) {
            timestampSeconds = seconds;
            timestamp = ascii(Long.toString(seconds));
        }
    }

    private static void writeDigits(byte[] bytes, int from, long number) {
        long rest = number;
        for (int i = from + DIGITS - 1; i >= from; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
