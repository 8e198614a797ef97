package io.kurier.dispatcher;

import io.kurier.model.EgressRules;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookUrl;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.dns.DnsNameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over pooled keep-alive connections, HTTP/1.1, one request at a time on each. Never follows a redirect,
 * never sends a request twice: what fails after its first byte ends as a failed attempt. The event loop's, which also
 * runs every connection.
 */
final class HttpSender implements AutoCloseable {
    /** How often deadlines are looked at. */
    static final Duration EXPIRY = Duration.ofMillis(100);

    /** What one read may bring: a connection keeps the buffer while a line in it has no end. */
    private static final int MAX_READ_BYTES = 16 * 1024;

    /** What connections are made with. */
    record Transport(EventLoop loop, Class<? extends Channel> channel, DnsNameResolver resolver, SslContext tls) {}

    private record Origin(boolean secure, String host, int port) {
        static Origin of(WebhookUrl url) {
            return new Origin(url.secure(), url.host(), url.port());
        }
    }

    private final Transport transport;
    private final EgressRules egress;
    private final Duration idle;
    private final Bootstrap bootstrap;
    private final Map<Origin, ArrayDeque<Connection>> pools = new HashMap<>();
    private final Set<Exchange> exchanges = new LinkedHashSet<>();

    HttpSender(Transport transport, DispatcherConfig config) {
        this.transport = transport;
        this.egress = config.egress();
        this.idle = config.idleConnection();
        this.bootstrap = new Bootstrap()
                .group(transport.loop())
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(
                                AdaptiveRecvByteBufAllocator.DEFAULT_MINIMUM,
                                AdaptiveRecvByteBufAllocator.DEFAULT_INITIAL,
                                MAX_READ_BYTES))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // handlers join once it is connected, which is before anything is read
                    }
                });
    }

    /** Calls back once, later, on the event loop, however the request ends. */
    void send(HttpRequestBytes request, Webhook webhook, Consumer<AttemptResult> callback) {
        long deadline = System.nanoTime() + webhook.timeout().toNanos();
        Exchange exchange = new Exchange(request, webhook.url(), deadline, exchanges, callback);
        exchanges.add(exchange);
        Connection pooled = pooled(webhook.url());
        if (pooled != null) {
            pooled.begin(exchange);
        } else {
            connect(exchange);
        }
    }

    private @Nullable Connection pooled(WebhookUrl url) {
        ArrayDeque<Connection> pool = pools.get(Origin.of(url));
        while (pool != null && !pool.isEmpty()) {
            Connection newest = pool.removeLast();
            if (newest.isUsable()) {
                return newest;
            }
        }
        return null;
    }

    private void connect(Exchange exchange) {
        exchange.enters(Exchange.RESOLVING);
        transport
                .resolver()
                .resolveAll(exchange.url().host())
                .addListener((io.netty.util.concurrent.Future<List<InetAddress>> found) -> {
                    if (!found.isSuccess()) {
                        exchange.end(AttemptResult.failed("dns", "the host name does not resolve"));
                    } else if (!exchange.isEnded()) {
                        connect(exchange, found.getNow());
                    }
                });
    }

    /** To the first address, and by its bytes; the guard judges every one, so that no answer hides another. */
    private void connect(Exchange exchange, List<InetAddress> addresses) {
        exchange.enters("connecting");
        for (InetAddress address : addresses) {
            Optional<String> refusal = egress.refusal(exchange.url(), address.getAddress());
            if (refusal.isPresent()) {
                // later, so that a caller is never called back from within its own call
                transport.loop().execute(() -> exchange.end(AttemptResult.failed("address", refusal.get())));
                return;
            }
        }
        ChannelFuture connecting = bootstrap.connect(
                new InetSocketAddress(addresses.get(0), exchange.url().port()));
        exchange.onEnd(() -> connecting.channel().close());
        connecting.addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                exchange.end(AttemptResult.failed("connect", message(connected.cause())));
            } else if (exchange.isEnded()) {
                connected.channel().close();
            } else {
                use(connected.channel(), exchange);
            }
        });
    }

    private void use(Channel channel, Exchange exchange) {
        WebhookUrl url = exchange.url();
        Connection connection = new Connection(channel, freed -> pool(url, freed));
        channel.pipeline().addLast(new AnswerDecoder(connection), connection);
        if (!url.secure()) {
            connection.begin(exchange);
            return;
        }
        SslHandler tls = tls(channel, url);
        channel.pipeline().addFirst(tls);
        exchange.onEnd(() -> {
            if (!tls.handshakeFuture().isDone()) {
                channel.close();
            }
        });
        tls.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                connection.begin(exchange);
            } else {
                exchange.end(AttemptResult.failed("tls", message(shaken.cause())));
                channel.close();
            }
        });
    }

    private SslHandler tls(Channel channel, WebhookUrl url) {
        SslHandler handler = transport.tls().newHandler(channel.alloc(), url.host(), url.port());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        // the exchange's deadline is the shorter one
        handler.setHandshakeTimeout(Webhook.LONGEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    private void pool(WebhookUrl url, Connection freed) {
        pools.computeIfAbsent(Origin.of(url), origin -> new ArrayDeque<>()).addLast(freed);
    }

    /** Ends what is beyond its deadline, and closes what was idle for too long. */
    void expire(long nowNanos) {
        for (Exchange exchange : List.copyOf(exchanges)) {
            if (nowNanos - exchange.deadlineNanos() >= 0) {
                exchange.end(exchange.late());
            }
        }
        pools.values().removeIf(pool -> {
            while (!pool.isEmpty() && pool.getFirst().idleSinceNanos() + idle.toNanos() < nowNanos) {
                pool.removeFirst().close();
            }
            return pool.isEmpty();
        });
    }

    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    int connectionsIdle() {
        return pools.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    @Override
    public void close() {
        List.copyOf(exchanges).forEach(exchange -> exchange.end(AttemptResult.failed("reset", "the worker stops")));
        pools.values().forEach(pool -> pool.forEach(Connection::close));
        pools.clear();
        transport.resolver().close();
    }
}
