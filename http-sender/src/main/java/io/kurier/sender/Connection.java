package io.kurier.sender;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a receiver: idle, or carrying one exchange. It goes back to its pool only after a whole, orderly
 * answer; anything else closes it. The event loop's.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private static final int EXCERPT_BYTES = 256;
    /** A longer answer is not read to its end. */
    private static final int MAX_BODY_BYTES = 64 * 1024;
    /** With everything around the body: line breaks before the answer, chunk extensions. Not looked at beyond. */
    private static final int MAX_ANSWER_BYTES = 4 * MAX_BODY_BYTES;

    private static final int MAX_INTERIM_ANSWERS = 10;

    private final Channel channel;
    private final Exchange.Limit untilFirstByte;
    private final Consumer<Connection> onFree;
    private final Runnable finish = this::finish;
    private @Nullable Exchange exchange;
    private @Nullable HttpResponse response;
    private @Nullable AttemptResult answer;
    private @Nullable ChannelFuture written;
    private boolean keep;
    private boolean dropped;
    private final StringBuilder excerpt = new StringBuilder();
    private int bodyBytes;
    private int answerBytes;
    private int interimAnswers;
    private long idleSinceNanos;

    Connection(Channel channel, Exchange.Limit untilFirstByte, Consumer<Connection> onFree) {
        this.channel = channel;
        this.untilFirstByte = untilFirstByte;
        this.onFree = onFree;
    }

    boolean isUsable() {
        return !dropped && channel.isActive();
    }

    /** Whether bytes that arrive now can be part of an answer. */
    boolean isAwaiting() {
        return exchange != null && answer == null;
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
        answerBytes = 0;
        interimAnswers = 0;
        excerpt.setLength(0);
        next.enters(Exchange.Phase.SENDING);
        next.onEnd(this::abandon);
        byte[] head = next.request().head().bytes;
        byte[] body = next.request().body().bytes;
        ByteBuf buffer = channel.alloc().ioBuffer(head.length + body.length);
        buffer.writeBytes(head).writeBytes(body);
        written = channel.writeAndFlush(buffer).addListener(sent -> next.sent(untilFirstByte));
    }

    /** The exchange ended from outside, or by an answer we don't read on: nothing later may be taken for an answer. */
    private void abandon() {
        if (exchange != null) {
            exchange = null;
            answer = null;
            close();
        }
    }

    /** Bytes of the awaited answer are there. */
    void hears() {
        if (exchange != null) {
            exchange.enters(Exchange.Phase.READING);
        }
    }

    /** Bytes of the awaited answer were looked at. */
    void took(int bytes) {
        answerBytes += bytes;
        if (answerBytes > MAX_ANSWER_BYTES) {
            fail("response", "no end of the answer within " + MAX_ANSWER_BYTES + " bytes");
        }
    }

    /** Bytes came that no request asked for: neither they nor what follows may be taken for the next answer. */
    void unasked() {
        keep = false;
        if (exchange == null) {
            close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (!isAwaiting()) {
            unasked();
        } else if (message.decoderResult().isFailure()) {
            Throwable cause = message.decoderResult().cause();
            boolean cut = cause instanceof PrematureChannelClosureException;
            fail(cut ? "reset" : "response", "the answer is no HTTP: " + cause.getMessage());
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
            answered(head, HttpUtil.isKeepAlive(head) && !mayBeFollowedByBody(head));
        } else if (bodyBytes > MAX_BODY_BYTES) {
            answered(head, false);
        }
    }

    /** Such a status ends an answer with its head; a receiver that tells of a body all the same may send it later. */
    private static boolean mayBeFollowedByBody(HttpResponse head) {
        int status = head.status().code();
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return (status == 204 || status == 205 || status == 304)
                && ((length != null && !length.equals("0"))
                        || head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING));
    }

    /** The exchange ends after this turn of the loop, so that what came with the answer, be it the end, is seen first. */
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
            channel.eventLoop().execute(finish);
        }
        context.fireChannelReadComplete();
    }

    private void finish() {
        Exchange done = exchange;
        AttemptResult result = answer;
        if (done == null || result == null) {
            return;
        }
        exchange = null;
        response = null;
        answer = null;
        if (keep && channel.isActive()) {
            free();
        } else {
            close();
        }
        done.end(result);
    }

    private void free() {
        idleSinceNanos = System.nanoTime();
        onFree.accept(this);
    }

    private void fail(String error, @Nullable String detail) {
        Exchange failed = exchange;
        exchange = null;
        answer = null;
        close();
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
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean tls = cause instanceof SSLException || cause.getCause() instanceof SSLException;
        fail(tls ? "tls" : "reset", cause.getMessage());
    }

    /** At once for the pool; behind TLS the farewell may take a moment. */
    void close() {
        if (!dropped) {
            dropped = true;
            channel.close();
        }
    }
}
