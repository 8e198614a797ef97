package io.kurier.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The webhook's receiver: answers 200 with prebuilt bytes and notes each sequence number in the {@link Ledger}. It does
 * as little as it can, for it shares the machine with what is measured. One event loop.
 */
final class Receiver implements AutoCloseable {
    private static final String PATH = "/hook";

    private final Ledger ledger;
    private final ByteBuf ok = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    private final ChannelGroup channels;
    private final Channel server;
    private volatile @Nullable SignatureCheck signatures;

    Receiver(EventLoop loop, Ledger ledger) {
        this.ledger = ledger;
        this.channels = new DefaultChannelGroup(loop);
        this.server = new ServerBootstrap()
                .group(loop)
                .channel(Transport.server())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast(new Connection());
                    }
                })
                .bind(Transport.loopback(0))
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    String url() {
        return "http://127.0.0.1:" + address().getPort() + PATH;
    }

    /** Signatures are verified from here on; the secret is known only when the webhook is made. */
    void verifyWith(SignatureCheck check) {
        signatures = check;
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        channels.close().awaitUninterruptibly();
    }

    private final class Connection extends HttpFrameHandler {
        @Override
        void onMessage(ChannelHandlerContext context, ByteBuf in, HttpFrame frame) {
            long now = System.nanoTime();
            context.writeAndFlush(ok.duplicate(), context.voidPromise());
            ledger.receive(EventRequest.sequenceIn(in, frame.bodyStart(), frame.end()), now);
            SignatureCheck check = signatures;
            if (check != null && check.wantsMore()) {
                check.check(in, frame);
            }
        }
    }
}
