package io.kurier.testkit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/** Sends an answer's bytes at once, byte by byte or without end. Runs on the connection's event loop. */
final class AnswerWriter {
    private final ChannelHandlerContext connection;
    private final Answer answer;
    private final Runnable written;

    /**
     * Sends the answer and then runs {@code written}, unless the answer has no last byte or the connection ends before.
     */
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

    /** Each round waits for the one before, so that a slow client does not make the buffer grow. */
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

    /** Closes from the head of the pipeline, since a TLS handler would send its close_notify first. */
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
