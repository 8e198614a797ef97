package io.kurier.sender;

import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A sender whose connections take their buffers one by one, so that each byte of them is counted. */
final class MeteredSender implements AutoCloseable {
    private static final UnpooledByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(true);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final HttpSender sender;

    /** Made by the sender, by its class. */
    public static final class MeteredChannel extends NioSocketChannel {
        public MeteredChannel() {
            config().setAllocator(BUFFERS);
        }
    }

    MeteredSender(SslContext tls) {
        var resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .build();
        sender = new HttpSender(
                new HttpSender.Transport(loop, MeteredChannel.class, resolver, resolver, tls),
                Samples.config(),
                ProcessClock.system());
    }

    CompletableFuture<AttemptResult> begin(Webhook webhook) {
        CompletableFuture<AttemptResult> ended = new CompletableFuture<>();
        HttpRequestBytes request = Samples.request(webhook);
        loop.execute(() -> sender.send(request, webhook, ended::complete));
        return ended;
    }

    /** In buffers of the senders' connections, once the loop has read what had arrived. */
    long usedBytes() throws Exception {
        for (int turn = 0; turn < 100; turn++) {
            loop.submit(() -> {}).get(10, TimeUnit.SECONDS);
        }
        return BUFFERS.metric().usedHeapMemory() + BUFFERS.metric().usedDirectMemory();
    }

    @Override
    public void close() {
        loop.execute(sender::close);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
