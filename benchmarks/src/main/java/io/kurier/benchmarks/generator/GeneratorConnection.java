package io.kurier.benchmarks.generator;

import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.http.HttpFrameHandler;
import io.kurier.benchmarks.load.EventRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection of the generator with at most one request outstanding. The request's bytes are patched in
 * place for the next event: once the answer is there, the former request was sent. Event loop only.
 */
final class GeneratorConnection extends HttpFrameHandler {
    private static final int ACCEPTED = 202;
    private static final int MAX_PAUSE_SECONDS = 2;

    private final LoadGenerator generator;
    private final EventRequest request;
    private @Nullable ChannelHandlerContext context;
    private long sequence = -1;

    GeneratorConnection(LoadGenerator generator, EventRequest request) {
        this.generator = generator;
        this.request = request;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        generator.opened(this);
    }

    void send(long next) {
        ChannelHandlerContext active = context;
        if (active != null) {
            sequence = next;
            active.writeAndFlush(request.with(next), active.voidPromise());
        }
    }

    EventRequest request() {
        return request;
    }

    boolean isOpen() {
        return context != null;
    }

    @Override
    public void onMessage(ChannelHandlerContext active, ByteBuf in, HttpFrame frame) {
        long answered = sequence;
        sequence = -1;
        if (frame.status(in) == ACCEPTED) {
            generator.accepted(this, answered);
        } else {
            String body = in.toString(frame.bodyStart(), Math.min(frame.bodyLength(), 300), StandardCharsets.UTF_8);
            generator.refused(this, frame.status(in) + " " + body, pauseSeconds(frame.header(in, "retry-after")));
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        generator.problem(cause.toString());
    }

    @Override
    public void onClosed() {
        context = null;
        generator.closed(this, sequence >= 0);
        sequence = -1;
    }

    private static int pauseSeconds(@Nullable String retryAfter) {
        boolean number = retryAfter != null && retryAfter.matches("[0-9]{1,6}");
        return number ? Math.min(Math.max(1, Integer.parseInt(retryAfter)), MAX_PAUSE_SECONDS) : 1;
    }
}
