package io.kurier.benchmarks.receiver;

import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.http.HttpFrameHandler;
import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.EventRequest;
import io.kurier.benchmarks.load.ReceiverBehaviour;
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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of webhooks: answers with prebuilt bytes, or not at all, and enters accepted deliveries into the {@link
 * Ledger}. It does as little as possible because it shares the machine with the measured process. One event loop;
 * {@link #behave} and {@link #verifyWith} may be called from any thread.
 */
public final class Receiver implements AutoCloseable {
    /** As long as a sender waits for a whole attempt: a cold JVM that starts a hundred handshakes at once is slow. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final @Nullable SslContext tls;
    private final ByteBuf ok = answer("200 OK");
    private final ByteBuf failed = answer("503 Service Unavailable");
    private final ChannelGroup channels;
    private final Channel server;
    private volatile @Nullable SignatureCheck signatures;
    private volatile ReceiverBehaviour behaviour = ReceiverBehaviour.ANSWERS;

    /**
     * @param loop event loop of the receiver and its connections
     * @param listen address to bind; port 0 takes a free one
     * @param tls null for plain HTTP
     */
    Receiver(EventLoop loop, InetSocketAddress listen, @Nullable SslContext tls, Ledger ledger) {
        this.ledger = ledger;
        this.tls = tls;
        this.channels = new DefaultChannelGroup(loop);
        this.server = new ServerBootstrap()
                .group(loop)
                .channel(Transport.server())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        prepare(channel);
                    }
                })
                .bind(listen)
                .syncUninterruptibly()
                .channel();
    }

    private void prepare(SocketChannel channel) {
        channels.add(channel);
        if (tls != null) {
            SslHandler handler = tls.newHandler(channel.alloc());
            handler.setHandshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            channel.pipeline().addLast(handler);
        }
        channel.pipeline().addLast(new Connection());
    }

    private static ByteBuf answer(String status) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                .writeBytes(
                        ("HTTP/1.1 " + status + "\r\ncontent-length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** @return the URL of a webhook at this receiver */
    String url(int webhook) {
        return (tls == null ? "http://" : "https://") + address().getAddress().getHostAddress() + ":"
                + address().getPort() + HttpFrame.WEBHOOK_PATH + webhook;
    }

    void behave(ReceiverBehaviour next) {
        behaviour = next;
    }

    /** Verifies signatures from now on. */
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
        public void onMessage(ChannelHandlerContext context, ByteBuf in, HttpFrame frame) {
            long now = System.nanoTime();
            ReceiverBehaviour current = behaviour;
            if (current == ReceiverBehaviour.SILENT) {
                return;
            }
            boolean answers = current == ReceiverBehaviour.ANSWERS;
            context.writeAndFlush((answers ? ok : failed).duplicate(), context.voidPromise());
            if (answers) {
                ledger.receive(
                        EventRequest.sequenceIn(in, frame.bodyStart(), frame.end()), frame.webhookNumber(in), now);
            }
            SignatureCheck check = signatures;
            if (check != null && check.wantsMore()) {
                check.check(in, frame);
            }
        }
    }
}
