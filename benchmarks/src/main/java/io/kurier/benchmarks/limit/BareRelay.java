package io.kurier.benchmarks.limit;

import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.http.HttpFrameHandler;
import io.kurier.benchmarks.http.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The minimal webhook sender, and so the limit that Kurier is compared with: takes a POST, answers 202, signs the
 * body as Standard Webhooks does and posts it once to each webhook over pooled keep-alive connections. It stores
 * nothing, retries nothing and parses no JSON. A client shares its event loop with the connections that deliver its
 * events.
 */
public final class BareRelay implements AutoCloseable {
    private static final ByteBuf HEALTHY = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final EventLoopGroup group;
    private final Map<EventLoop, RelayLoop> loops = new HashMap<>();
    private final Channel server;

    BareRelay(RelayConfig config) {
        group = Transport.loops(config.threads(), "relay");
        int perLoop = Math.max(1, config.connections() / config.threads());
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            RelayMessage message = new RelayMessage(
                    PooledByteBufAllocator.DEFAULT, config.secret(), config.receiver(), config.fanOut(), loops.size());
            loops.put(loop, new RelayLoop(loop, config, message, perLoop));
        }
        server = new ServerBootstrap()
                .group(group)
                .channel(Transport.server())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Client(channel, loopOf(channel)));
                    }
                })
                .bind(config.listen())
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    private RelayLoop loopOf(Channel channel) {
        return Objects.requireNonNull(loops.get(channel.eventLoop()));
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /**
     * Takes the arguments of {@link RelayConfig}. Ends when its standard input closes, so it never outlives the
     * bench.
     */
    public static void main(String[] arguments) throws IOException {
        try (BareRelay relay = new BareRelay(RelayConfig.parse(arguments))) {
            System.out.println("bare relay on " + relay.address());
            while (System.in.read() >= 0) {
                // only the end of the input matters
            }
        }
    }

    /** The connection of one client. */
    private static final class Client extends HttpFrameHandler {
        private final Channel channel;
        private final RelayLoop loop;

        Client(Channel channel, RelayLoop loop) {
            this.channel = channel;
            this.loop = loop;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            loop.join(channel);
        }

        @Override
        public void onMessage(ChannelHandlerContext context, ByteBuf in, HttpFrame frame) {
            if (frame.method(in) != 'P') {
                context.writeAndFlush(HEALTHY.duplicate(), context.voidPromise());
                return;
            }
            loop.post(in, frame.bodyStart(), frame.bodyLength());
            context.writeAndFlush(loop.accepted(), context.voidPromise());
        }

        @Override
        public void onClosed() {
            loop.leave(channel);
        }
    }
}
