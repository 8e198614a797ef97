package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: collects its requests and answers them one after the other. All state belongs to the
 * connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_BODY = 64 << 20;
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private final long id;
    private final Script script;
    private final RequestLog log;
    private final Deque<Exchange> open = new ArrayDeque<>();
    private @Nullable HttpRequest head;
    private Received.Arrival arrival = Received.Arrival.now();
    private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private boolean held;

    private record Exchange(Received request, boolean keepAlive) {}

    Connection(long id, Script script, RequestLog log) {
        this.id = id;
        this.script = script;
        this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request) {
                begin(context, request);
            }
            if (message instanceof HttpContent content && head != null) {
                gather(context, head, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuse(context, Answer.status(400).withBody(request.decoderResult().toString()));
            return;
        }
        arrival = Received.Arrival.now();
        head = request;
        body = new ByteArrayOutputStream(Math.max(0, HttpUtil.getContentLength(request, 0)));
        if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE.getBytes(ISO_8859_1)));
        }
    }

    private void gather(ChannelHandlerContext context, HttpRequest request, HttpContent content) {
        byte[] part = new byte[content.content().readableBytes()];
        content.content().readBytes(part);
        body.writeBytes(part);
        if (content.decoderResult().isFailure() || body.size() > MAX_BODY) {
            refuse(context, Answer.status(content.decoderResult().isFailure() ? 400 : 413));
        } else if (content instanceof LastHttpContent) {
            head = null;
            var received = new Received(
                    id, arrival, request.method().name(), request.uri(), request.headers(), body.toByteArray());
            log.arrived(received);
            open.add(new Exchange(received, HttpUtil.isKeepAlive(request)));
            if (open.size() == 1) {
                serve(context, open.element());
            }
        }
    }

    private void refuse(ChannelHandlerContext context, Answer answer) {
        head = null;
        new AnswerWriter(context, answer.closeAfterAnswer(), context::close).write();
    }

    private void serve(ChannelHandlerContext context, Exchange exchange) {
        Answer answer = script.answerTo(exchange.request());
        if (answer.delay().isZero()) {
            answer(context, exchange, answer);
        } else {
            context.executor()
                    .schedule(
                            () -> answer(context, exchange, answer),
                            answer.delay().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void answer(ChannelHandlerContext context, Exchange exchange, Answer answer) {
        if (answer.then() == Answer.Then.HOLD) {
            held = true;
        } else if (answer.bytes().length + answer.repeated().length == 0) {
            written(context, exchange, answer);
        } else {
            new AnswerWriter(context, answer, () -> written(context, exchange, answer)).write();
        }
    }

    private void written(ChannelHandlerContext context, Exchange exchange, Answer answer) {
        if (!exchange.equals(open.peek())) {
            return; // the connection ended meanwhile
        }
        open.remove();
        log.ended(exchange.request());
        switch (answer.then()) {
            case RESET -> AnswerWriter.reset(context.channel());
            case CLOSE -> context.close();
            case HALF_CLOSE -> AnswerWriter.halfClose(context.channel());
            default -> next(context, exchange.keepAlive());
        }
    }

    private void next(ChannelHandlerContext context, boolean keepAlive) {
        if (!keepAlive) {
            context.close();
        } else if (!open.isEmpty()) {
            serve(context, open.element());
        }
    }

    /** Answers the request that {@code never()} holds, if there is one. */
    void release(ChannelHandlerContext context) {
        if (held) {
            held = false;
            answer(context, open.element(), Answer.ok());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        held = false;
        open.forEach(exchange -> log.ended(exchange.request()));
        open.clear();
    }

    /** Ignores clients that break off, which tests do on purpose; any other exception is a bug of this class. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOGGER.error("the scripted receiver failed, so it closes connection {}", id, cause);
        }
        context.close();
    }
}
