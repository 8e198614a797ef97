package io.kurier.benchmarks.receiver;

import io.kurier.benchmarks.http.HttpFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Verifies the first deliveries as a receiver would: id, timestamp and body against {@code webhook-signature}. It
 * checks a sample only, to save CPU. Checks run on the receiver's event loop; any thread may read the counts.
 */
public final class SignatureCheck {
    private static final int SAMPLE = 1_000;

    /** The tolerance of the Standard Webhooks libraries. */
    private static final long TOLERANCE_SECONDS = 300;

    private final StandardSignature signature;
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong bad = new AtomicLong();

    /** @param secret {@code whsec_} and base64 */
    public SignatureCheck(String secret) {
        signature = new StandardSignature(secret);
    }

    boolean wantsMore() {
        return checked.get() < SAMPLE;
    }

    public void check(ByteBuf in, HttpFrame frame) {
        checked.incrementAndGet();
        String id = frame.header(in, "webhook-id");
        String timestamp = frame.header(in, "webhook-timestamp");
        String signatures = frame.header(in, "webhook-signature");
        if (id == null || signatures == null || timestamp == null || !isNow(timestamp)) {
            bad.incrementAndGet();
            return;
        }
        byte[] body = ByteBufUtil.getBytes(in, frame.bodyStart(), frame.bodyLength());
        if (!List.of(signatures.split(" ")).contains(signature.sign(id, timestamp, body))) {
            bad.incrementAndGet();
        }
    }

    public long checked() {
        return checked.get();
    }

    public long bad() {
        return bad.get();
    }

    private static boolean isNow(String timestamp) {
        if (!timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        return Math.abs(now - Long.parseLong(timestamp)) <= TOLERANCE_SECONDS;
    }
}
