package io.kurier.benchmarks.limit;

import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.http.HttpFrameHandler;
import io.kurier.benchmarks.http.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one event loop of the {@link BareRelay}: a pool of keep-alive connections to the receiver and a
 * bounded queue of requests that wait for one. While the queue is long, the loop stops reading from its clients.
 * Event loop only.
 */
final class RelayLoop {
    /** Queue length at which reading stops; it resumes at half of it. */
    private static final int MAX_WAITING = 1_000;

    private final EventLoop loop;
    private final InetSocketAddress receiver;
    private final @Nullable SslContext tls;
    private final int maxConnections;
    private final RelayMessage message;
    private final ArrayDeque<ChannelHandlerContext> idle = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private final Set<Channel> clients = new HashSet<>();
    private int connections;
    private boolean reading = true;
    private boolean hasFailed;

    RelayLoop(EventLoop loop, RelayConfig config, RelayMessage message, int maxConnections) {
        this.loop = loop;
        this.receiver = config.receiver();
        this.tls = config.tls() ? RelayConfig.clientTls() : null;
        this.message = message;
        this.maxConnections = maxConnections;
    }

    void join(Channel client) {
        clients.add(client);
        client.config().setAutoRead(reading);
    }

    void leave(Channel client) {
        clients.remove(client);
    }

    /** Signs a body for each webhook and posts it as soon as a connection is free. */
    void post(ByteBuf in, int bodyStart, int bodyLength) {
        for (int webhook = 0; webhook < message.fanOut(); webhook++) {
            post(message.post(webhook, in, bodyStart, bodyLength));
        }
    }

    private void post(ByteBuf signed) {
        ChannelHandlerContext connection = idle.pollLast();
        if (connection != null) {
            connection.writeAndFlush(signed, connection.voidPromise());
            return;
        }
        waiting.addLast(signed);
        if (connections < maxConnections) {
            connect();
        }
        if (reading && waiting.size() >= MAX_WAITING) {
            read(false);
        }
    }

    ByteBuf accepted() {
        return message.accepted();
    }

    private void free(ChannelHandlerContext connection) {
        ByteBuf next = waiting.pollFirst();
        if (next == null) {
            idle.addLast(connection);
            return;
        }
        connection.writeAndFlush(next, connection.voidPromise());
        if (!reading && waiting.size() <= MAX_WAITING / 2) {
            read(true);
        }
    }

    private void read(boolean on) {
        reading = on;
        for (Channel client : clients) {
            client.config().setAutoRead(on);
        }
    }

    private void connect() {
        connections++;
        new Bootstrap()
                .group(loop)
                .channel(Transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline()
                                    .addLast(tls.newHandler(
                                            channel.alloc(),
                                            receiver.getAddress().getHostAddress(),
                                            receiver.getPort()));
                        }
                        channel.pipeline().addLast(new Connection());
                        channel.closeFuture().addListener(closed -> connections--);
                    }
                })
                .connect(receiver);
    }

    /** One connection to the receiver, with at most one request outstanding. */
    private final class Connection extends HttpFrameHandler {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            free(context);
        }

        @Override
        public void onMessage(ChannelHandlerContext context, ByteBuf in, HttpFrame frame) {
            free(context);
        }

        @Override
        public void onFailure(Throwable cause) {
            if (!hasFailed) {
                hasFailed = true;
                System.out.println("A connection to the receiver failed (later failures are not printed): " + cause);
            }
        }

        @Override
        public void onClosed() {
            idle.removeIf(context -> !context.channel().isActive());
        }
    }
}
