package io.kurier.sender;

import io.kurier.runtime.time.ProcessClock;
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
 * One connection to a receiver: idle, or carrying one exchange. It returns to its pool only after a complete, valid
 * response; anything else closes it. Event loop only.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private static final int EXCERPT_BYTES = 256;
    /** A longer body is not read to its end; the status counts all the same. */
    private static final int MAX_BODY_BYTES = 64 * 1024;
    /** Bounds what surrounds the body as well: line breaks before the response, chunk extensions. */
    private static final int MAX_RESPONSE_BYTES = 4 * MAX_BODY_BYTES;

    private static final int MAX_INTERIM_RESPONSES = 10;

    private final Channel channel;
    private final Exchange.Limit untilFirstByte;
    private final ProcessClock clock;
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
    private int responseBytes;
    private int interimResponses;
    private long idleSinceNanos;

    Connection(Channel channel, Exchange.Limit untilFirstByte, ProcessClock clock, Consumer<Connection> onFree) {
        this.channel = channel;
        this.untilFirstByte = untilFirstByte;
        this.clock = clock;
        this.onFree = onFree;
    }

    boolean isUsable() {
        return !dropped && channel.isActive();
    }

    /** Whether bytes that arrive now can be part of a response. */
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
        responseBytes = 0;
        interimResponses = 0;
        excerpt.setLength(0);
        next.enters(Exchange.Phase.SENDING);
        next.onEnd(this::abandon);
        byte[] head = next.request().head().bytes;
        byte[] body = next.request().body().bytes;
        ByteBuf buffer = channel.alloc().ioBuffer(head.length + body.length);
        buffer.writeBytes(head).writeBytes(body);
        written = channel.writeAndFlush(buffer).addListener(sent -> next.sent(untilFirstByte));
    }

    /** The exchange ended from outside. Closes the connection, so that later bytes cannot pass for the next response. */
    private void abandon() {
        if (exchange != null) {
            exchange = null;
            answer = null;
            close();
        }
    }

    /** The first bytes of the expected response arrived. */
    void responseBegins() {
        if (exchange != null) {
            exchange.enters(Exchange.Phase.READING);
        }
    }

    /** Counts bytes of the expected response, and fails the exchange when they are too many. */
    void consumed(int bytes) {
        responseBytes += bytes;
        if (responseBytes > MAX_RESPONSE_BYTES) {
            fail("response", "the response does not end within " + MAX_RESPONSE_BYTES + " bytes");
        }
    }

    /** Bytes arrived without a request: neither they nor later ones may pass for the next response. */
    void unsolicited() {
        keep = false;
        if (exchange == null) {
            close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (!isAwaiting()) {
            unsolicited();
        } else if (message.decoderResult().isFailure()) {
            Throwable cause = message.decoderResult().cause();
            boolean cut = cause instanceof PrematureChannelClosureException;
            fail(cut ? "reset" : "response", "the response is not valid HTTP/1.1: " + cause.getMessage());
        } else {
            if (message instanceof HttpResponse head) {
                headArrived(head);
            }
            if (message instanceof HttpContent content && exchange != null) {
                contentArrived(content);
            }
        }
    }

    private void headArrived(HttpResponse head) {
        int status = head.status().code();
        if (status == 101 || status < 100 || status > 599) {
            fail("response", "the response has status " + status + ", expected 100 to 599 without 101");
            return;
        }
        response = head;
    }

    private void contentArrived(HttpContent content) {
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
            if (++interimResponses > MAX_INTERIM_RESPONSES) {
                fail("response", "the receiver sent more than " + MAX_INTERIM_RESPONSES + " interim (1xx) responses");
            }
        } else if (last) {
            answered(head, HttpUtil.isKeepAlive(head) && !mayBeFollowedByBody(head));
        } else if (bodyBytes > MAX_BODY_BYTES) {
            answered(head, false);
        }
    }

    /** These statuses have no body (RFC 9110); a receiver that announces one all the same may send it later. */
    private static boolean mayBeFollowedByBody(HttpResponse head) {
        int status = head.status().code();
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return (status == 204 || status == 205 || status == 304)
                && ((length != null && !length.equals("0"))
                        || head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING));
    }

    /** The exchange ends in a later task of the loop, so that bytes or a close that came with the response are seen first. */
    private void answered(HttpResponse head, boolean keepAlive) {
        answer = AttemptResult.answered(
                head.status().code(),
                excerpt.isEmpty() ? null : excerpt.toString(),
                head.headers().get(HttpHeaderNames.RETRY_AFTER));
        // after an early response, the rest of the request would stand before the next one
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
        idleSinceNanos = clock.nanoTime();
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
        fail("reset", "the receiver closed the connection before the end of its response");
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

    /** Unusable at once, though TLS may take a moment for its close_notify. */
    void close() {
        if (!dropped) {
            dropped = true;
            channel.close();
        }
    }
}
