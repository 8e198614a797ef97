package io.kurier.testkit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/** Puts an answer's bytes on the wire, at once, byte by byte or without end. On the connection's event loop. */
final class AnswerWriter {
    private final ChannelHandlerContext connection;
    private final Answer answer;
    private final Runnable written;

    /** {@code written} runs after the last byte; never, if there is none or the connection ends before. */
    AnswerWriter(ChannelHandlerContext connection, Answer answer, Runnable written) {
        this.connection = connection;
        this.answer = answer;
        this.written = written;
    }

    void write() {
        if (answer.pause().isZero()) {
            connection
                    .writeAndFlush(Unpooled.wrappedBuffer(answer.bytes()))
                    .addListener(done -> whenDone(done.isSuccess(), this::repeat));
        } else {
            drip(0);
        }
    }

    private void drip(int position) {
        if (position == answer.bytes().length) {
            repeat();
            return;
        }
        connection
                .writeAndFlush(Unpooled.wrappedBuffer(answer.bytes(), position, 1))
                .addListener(done -> whenDone(done.isSuccess(), () -> connection
                        .executor()
                        .schedule(() -> drip(position + 1), answer.pause().toNanos(), TimeUnit.NANOSECONDS)));
    }

    /** Each round waits for the one before, so the client's pace bounds what is buffered. */
    private void repeat() {
        if (answer.repeated().length == 0) {
            written.run();
            return;
        }
        connection
                .writeAndFlush(Unpooled.wrappedBuffer(answer.repeated()))
                .addListener(done -> whenDone(done.isSuccess(), () -> connection
                        .executor()
                        .schedule(this::repeat, answer.pause().toNanos(), TimeUnit.NANOSECONDS)));
    }

    private static void whenDone(boolean success, Runnable next) {
        if (success) {
            next.run();
        }
    }

    static void halfClose(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /** From the head of the pipeline, past a TLS handler that would say goodbye first. */
    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }
}
