package io.kurier.dispatcher;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** The worker's one event loop: runs the engine's tasks and every connection. A task that throws ends the worker. */
final class DispatcherLoop implements Executor, AutoCloseable {
    private static final int MAX_DNS_TTL_SECONDS = 60;
    private static final Duration DNS_TIMEOUT = Duration.ofSeconds(5);

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;

    DispatcherLoop(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("dispatcher-loop"),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = group.next();
    }

    /** Trusts whom the JDK trusts. */
    HttpSender.Transport transport() {
        try {
            return transport(SslContextBuilder.forClient().build());
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK cannot make a TLS context", e);
        }
    }

    HttpSender.Transport transport(SslContext tls) {
        Class<? extends Channel> channel = Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        Class<? extends DatagramChannel> datagram =
                Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class;
        DnsNameResolver resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelType(datagram)
                .ttl(0, MAX_DNS_TTL_SECONDS)
                .queryTimeoutMillis(DNS_TIMEOUT.toMillis())
                .build();
        return new HttpSender.Transport(loop, channel, resolver, tls);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(guarded(task));
    }

    void every(Duration period, Runnable task) {
        loop.scheduleWithFixedDelay(guarded(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                onFailure.accept(e);
            }
        };
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
