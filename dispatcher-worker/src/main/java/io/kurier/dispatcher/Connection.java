package io.kurier.dispatcher;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a receiver: idle, or carrying one exchange. It goes back to its pool only after a whole, orderly
 * answer; anything else closes it. The event loop's.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private static final int EXCERPT_BYTES = 256;
    /** A longer answer is not read to its end. */
    private static final int MAX_BODY_BYTES = 64 * 1024;

    private static final int MAX_INTERIM_ANSWERS = 10;

    private final Channel channel;
    private final Consumer<Connection> onFree;
    private @Nullable Exchange exchange;
    private @Nullable HttpResponse response;
    private @Nullable AttemptResult answer;
    private @Nullable ChannelFuture written;
    private boolean keep;
    private final StringBuilder excerpt = new StringBuilder();
    private int bodyBytes;
    private int interimAnswers;
    private long idleSinceNanos;

    Connection(Channel channel, Consumer<Connection> onFree) {
        this.channel = channel;
        this.onFree = onFree;
    }

    boolean isUsable() {
        return channel.isActive();
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void begin(Exchange next) {
        if (next.isEnded()) {
            free();
            return;
        }
        exchange = next;
        response = null;
        answer = null;
        bodyBytes = 0;
        interimAnswers = 0;
        excerpt.setLength(0);
        next.enters("waiting for the answer");
        next.onEnd(this::abandon);
        byte[] head = next.request().head().bytes;
        byte[] body = next.request().body().bytes;
        ByteBuf buffer = channel.alloc().ioBuffer(head.length + body.length);
        buffer.writeBytes(head).writeBytes(body);
        written = channel.writeAndFlush(buffer);
    }

    /** The exchange ended from outside, or by an answer we don't read on: nothing later may be taken for an answer. */
    private void abandon() {
        if (exchange != null) {
            exchange = null;
            channel.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (exchange == null) {
            channel.close();
        } else if (answer != null) {
            // whatever follows a whole answer was not asked for: it must not be taken for the next one
            keep = false;
        } else if (message.decoderResult().isFailure()) {
            fail(
                    "response",
                    "the answer is no HTTP: " + message.decoderResult().cause().getMessage());
        } else {
            if (message instanceof HttpResponse head) {
                begins(head);
            }
            if (message instanceof HttpContent content && exchange != null) {
                continues(content);
            }
        }
    }

    private void begins(HttpResponse head) {
        int status = head.status().code();
        if (status == 101 || status < 100 || status > 599) {
            fail("response", "an answer with status " + status + " makes no sense");
            return;
        }
        response = head;
        if (exchange != null) {
            exchange.enters("reading the answer");
        }
    }

    private void continues(HttpContent content) {
        HttpResponse head = response;
        if (head == null) {
            return;
        }
        bodyBytes += content.content().readableBytes();
        if (excerpt.length() < EXCERPT_BYTES) {
            int take =
                    Math.min(EXCERPT_BYTES - excerpt.length(), content.content().readableBytes());
            excerpt.append(content.content().toString(content.content().readerIndex(), take, StandardCharsets.UTF_8));
        }
        boolean last = content instanceof LastHttpContent;
        if (last && head.status().code() < 200) {
            response = null;
            if (++interimAnswers > MAX_INTERIM_ANSWERS) {
                fail("response", "more than " + MAX_INTERIM_ANSWERS + " interim answers");
            }
        } else if (last) {
            answered(head, HttpUtil.isKeepAlive(head));
        } else if (bodyBytes > MAX_BODY_BYTES) {
            answered(head, false);
        }
    }

    /** The exchange ends when this read does, so that what else came with it is seen first. */
    private void answered(HttpResponse head, boolean keepAlive) {
        answer = AttemptResult.answered(
                head.status().code(),
                excerpt.isEmpty() ? null : excerpt.toString(),
                head.headers().get(HttpHeaderNames.RETRY_AFTER));
        // an answer before the whole request was taken leaves bytes of it in the way of the next one
        keep = keepAlive && written != null && written.isSuccess();
        if (!keepAlive) {
            finish();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (answer != null) {
            finish();
        }
        context.fireChannelReadComplete();
    }

    private void finish() {
        Exchange done = exchange;
        AttemptResult result = answer;
        exchange = null;
        response = null;
        answer = null;
        if (keep && channel.isActive()) {
            free();
        } else {
            channel.close();
        }
        if (done != null && result != null) {
            done.end(result);
        }
    }

    private void free() {
        idleSinceNanos = System.nanoTime();
        onFree.accept(this);
    }

    private void fail(String error, @Nullable String detail) {
        Exchange failed = exchange;
        exchange = null;
        channel.close();
        if (failed != null) {
            failed.end(AttemptResult.failed(error, detail));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (answer != null) {
            finish();
            return;
        }
        fail("reset", "the receiver closed the connection before the end of its answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail("reset", cause.getMessage());
    }

    void close() {
        channel.close();
    }
}
