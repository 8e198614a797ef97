package io.kurier.benchmarks.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.1 connection without allocating an object per message: whole messages are handed on in place. One
 * instance per connection, on that connection's event loop. A malformed message, or one over 2 MiB, closes the
 * connection.
 */
public abstract class HttpFrameHandler extends ChannelInboundHandlerAdapter {
    private static final int MAX_MESSAGE_BYTES = 2 << 20;

    private final HttpFrame frame = new HttpFrame();
    private @Nullable ByteBuf partial;

    /** Called for each whole message; the buffer is only valid during the call. */
    public abstract void onMessage(ChannelHandlerContext context, ByteBuf in, HttpFrame frame);

    /** Called once when the connection has closed, for any reason. */
    public void onClosed() {}

    /** Called when the connection fails or its bytes are malformed; the connection is closed afterwards. */
    public void onFailure(Throwable cause) {}

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (partial != null) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), partial, in);
            partial = null;
        }
        try {
            while (in.isReadable() && frame.find(in)) {
                onMessage(context, in, frame);
                in.readerIndex(frame.end());
            }
            if (in.readableBytes() > MAX_MESSAGE_BYTES) {
                throw new IllegalArgumentException("message over " + MAX_MESSAGE_BYTES + " bytes");
            }
            if (in.isReadable()) {
                partial = in.retain();
            }
        } finally {
            in.release();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        onClosed();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        onFailure(cause);
        context.close();
    }
}
