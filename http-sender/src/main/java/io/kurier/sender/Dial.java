package io.kurier.sender;

import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.webhook.Webhook;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections: name, guard, TCP, the proxy's tunnel, TLS. Whatever fails on the way ends the exchange that asked, and leaves no
 * connection behind. The event loop's.
 */
final class Dial {
    /** What one read may bring: a connection keeps the buffer while a line in it has no end. */
    private static final int MAX_READ_BYTES = 16 * 1024;

    private static final QuickKeys QUICK_KEYS = new QuickKeys();

    private final HttpSender.Transport transport;
    private final EgressPolicy egress;
    private final TlsContexts tlsContexts;
    private final Exchange.Limit tlsLimit;
    private final Exchange.Limit tunnelLimit;
    private final @Nullable ForwardProxy proxy;
    private final Bootstrap bootstrap;

    Dial(HttpSender.Transport transport, SenderConfig config) {
        this.transport = transport;
        this.egress = config.egress();
        this.tlsContexts = new TlsContexts(transport.tls(), config.tlsContexts());
        this.tlsLimit = config.tls();
        this.tunnelLimit = new Exchange.Limit(SenderConfig.CONNECT_TIMEOUT, config.connectTimeout());
        this.proxy = config.proxy();
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

    /**
     * Begins the exchange on a connection of its own.
     *
     * @param equip puts what carries exchanges behind a channel that is connected
     */
    void open(Exchange exchange, Function<Channel, Connection> equip) {
        exchange.enters(Exchange.Phase.RESOLVING);
        transport
                .resolver()
                .resolveAll(exchange.webhook().url().host())
                .addListener((Future<List<InetAddress>> found) -> {
                    if (!found.isSuccess()) {
                        exchange.end(AttemptResult.failed("dns", "the host name does not resolve"));
                    } else if (!exchange.isEnded()) {
                        judge(exchange, found.getNow(), equip);
                    }
                });
    }

    /** To the first address, and by its bytes; the guard judges every one, so that no answer hides another. */
    private void judge(Exchange exchange, List<InetAddress> addresses, Function<Channel, Connection> equip) {
        WebhookUrl url = exchange.webhook().url();
        for (InetAddress address : addresses) {
            Optional<String> refusal = egress.refusal(url, address.getAddress());
            if (refusal.isPresent()) {
                endLater(exchange, AttemptResult.failed("address", refusal.get()));
                return;
            }
        }
        InetSocketAddress receiver = new InetSocketAddress(addresses.get(0), url.port());
        if (proxy == null) {
            exchange.enters(Exchange.Phase.CONNECTING);
            connect(
                    exchange,
                    receiver,
                    channel -> secure(channel, exchange, equip),
                    cause -> AttemptResult.failed("connect", message(cause)));
        } else {
            connectBy(proxy, exchange, receiver, channel -> secure(channel, exchange, equip));
        }
    }

    /** The proxy's name is the operator's and may lead anywhere; the receiver's address was judged. */
    private void connectBy(ForwardProxy by, Exchange exchange, InetSocketAddress receiver, Consumer<Channel> onTunnel) {
        exchange.enters(Exchange.Phase.REACHING_PROXY);
        transport.proxyResolver().resolve(by.host()).addListener((Future<InetAddress> found) -> {
            if (!found.isSuccess()) {
                exchange.end(AttemptResult.failed(AttemptResult.PROXY, "the proxy's name does not resolve"));
            } else if (!exchange.isEnded()) {
                connect(
                        exchange,
                        new InetSocketAddress(found.getNow(), by.port()),
                        channel -> tunnel(by, channel, exchange, receiver, onTunnel),
                        cause -> AttemptResult.failed(AttemptResult.PROXY, ProxyTunnel.unreachable(cause)));
            }
        });
    }

    private void tunnel(
            ForwardProxy by,
            Channel channel,
            Exchange exchange,
            InetSocketAddress receiver,
            Consumer<Channel> onTunnel) {
        exchange.enters(Exchange.Phase.ASKING_PROXY, tunnelLimit);
        channel.pipeline()
                .addLast(new ProxyTunnel(
                        by.request(receiver),
                        () -> onTunnel.accept(channel),
                        why -> exchange.end(AttemptResult.failed(AttemptResult.PROXY, why)),
                        why -> exchange.end(AttemptResult.failed("connect", why))));
    }

    private void connect(
            Exchange exchange,
            InetSocketAddress address,
            Consumer<Channel> onConnection,
            Function<Throwable, AttemptResult> failure) {
        ChannelFuture connecting = bootstrap.connect(address);
        exchange.onEnd(() -> connecting.channel().close());
        connecting.addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                exchange.end(failure.apply(connected.cause()));
            } else if (exchange.isEnded()) {
                connected.channel().close();
            } else {
                onConnection.accept(connected.channel());
            }
        });
    }

    private void secure(Channel channel, Exchange exchange, Function<Channel, Connection> equip) {
        WebhookUrl url = exchange.webhook().url();
        Connection connection = equip.apply(channel);
        if (!url.secure()) {
            connection.begin(exchange);
            return;
        }
        SslHandler tls;
        try {
            tls = tls(channel, exchange.webhook());
        } catch (SSLException e) {
            endLater(exchange, AttemptResult.failed("tls", message(e)));
            return;
        }
        exchange.enters(Exchange.Phase.SHAKING_HANDS, tlsLimit);
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

    private SslHandler tls(Channel channel, Webhook webhook) throws SSLException {
        WebhookUrl url = webhook.url();
        SslHandler handler = tlsContexts.of(webhook.tls()).newHandler(channel.alloc(), url.host(), url.port());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setAlgorithmConstraints(QUICK_KEYS);
        handler.engine().setSSLParameters(parameters);
        // the exchange's own limit is the shorter one
        handler.setHandshakeTimeout(2 * Webhook.LONGEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /** So that a caller is never called back from within its own call. */
    private void endLater(Exchange exchange, AttemptResult result) {
        transport.loop().execute(() -> exchange.end(result));
    }

    private static String message(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "the receiver does not speak TLS on that port";
        }
        String message = cause.getMessage();
        // before it stands the name of the system's function
        int why = message == null || !(cause instanceof ConnectException) ? -1 : message.indexOf("): ");
        return message == null
                ? cause.getClass().getSimpleName()
                : message.substring(why < 0 ? 0 : why + "): ".length());
    }
}
