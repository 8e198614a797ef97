package io.kurier.sender;

import io.kurier.model.egress.EgressPolicy;
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
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * The event loop of one sender: a thread that runs its owner's tasks and every connection. Any thread may hand over tasks.
 */
public final class SenderLoop implements Executor, AutoCloseable {
    private static final int MAX_DNS_TTL_SECONDS = 60;
    private static final Duration DNS_TIMEOUT = Duration.ofSeconds(5);

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;

    /**
     * Starts the loop.
     *
     * @param name name of its thread
     * @param onFailure gets what a task throws, on the loop's thread
     */
    public SenderLoop(String name, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(name),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = group.next();
    }

    /**
     * The transport of a sender on this loop, with the host's name servers and the JDK's certificate authorities.
     *
     * @param egress decides whether the host's search domains complete a receiver's name
     */
    public HttpSender.Transport transport(EgressPolicy egress) {
        return transport(egress, DnsServerAddressStreamProviders.platformDefault(), trustedByTheJdk());
    }

    static SslContext trustedByTheJdk() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK cannot make a TLS context", e);
        }
    }

    /** The same with other name servers and other trusted authorities. */
    HttpSender.Transport transport(EgressPolicy egress, DnsServerAddressStreamProvider nameServers, SslContext tls) {
        Class<? extends Channel> channel = Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        DnsNameResolverBuilder receivers = resolver(nameServers)
                // all addresses of both families, because the guard must check every one
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .completeOncePreferredResolved(false);
        if (!egress.opensInside()) {
            // completed by a search domain of this host, a name would lead elsewhere than it says
            receivers.searchDomains(List.of());
        }
        return new HttpSender.Transport(
                loop, channel, receivers.build(), resolver(nameServers).build(), tls);
    }

    private DnsNameResolverBuilder resolver(DnsServerAddressStreamProvider nameServers) {
        Class<? extends DatagramChannel> datagram =
                Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class;
        return new DnsNameResolverBuilder(loop)
                .datagramChannelType(datagram)
                .nameServerProvider(nameServers)
                .ttl(0, MAX_DNS_TTL_SECONDS)
                .queryTimeoutMillis(DNS_TIMEOUT.toMillis());
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(guarded(task));
    }

    /**
     * Runs a task again and again on the loop, the first time after one period.
     *
     * @param period from the end of a run to the next one
     */
    public void every(Duration period, Runnable task) {
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
