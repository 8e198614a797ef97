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
 * Opens connections: name resolution, address guard, TCP, the proxy's tunnel, TLS. A failure in any step ends the exchange
 * and leaves no connection behind. Event loop only.
 */
final class Connector {
    /** Most bytes of one read. A connection keeps the buffer while a line in it has no end. */
    private static final int MAX_READ_BYTES = 16 * 1024;

    private static final CertificateKeyRules KEY_RULES = new CertificateKeyRules();

    private final HttpSender.Transport transport;
    private final EgressPolicy egress;
    private final TlsContexts tlsContexts;
    private final Exchange.Limit tlsLimit;
    private final Exchange.Limit tunnelLimit;
    private final @Nullable ForwardProxy proxy;
    private final Bootstrap bootstrap;

    Connector(HttpSender.Transport transport, SenderConfig config) {
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
                        // handlers are added on connection, before anything is read
                    }
                });
    }

    /**
     * Begins the exchange on a connection of its own.
     *
     * @param prepare adds the handlers that carry exchanges to a connected channel
     */
    void open(Exchange exchange, Function<Channel, Connection> prepare) {
        exchange.enters(Exchange.Phase.RESOLVING);
        transport
                .resolver()
                .resolveAll(exchange.webhook().url().host())
                .addListener((Future<List<InetAddress>> found) -> {
                    if (!found.isSuccess()) {
                        endLater(exchange, AttemptResult.failed("dns", "the receiver's host name does not resolve"));
                    } else if (!exchange.isEnded()) {
                        checkAndConnect(exchange, found.getNow(), prepare);
                    }
                });
    }

    /** Connects to the first address. The guard checks all of them, so that a public one cannot hide a private one. */
    private void checkAndConnect(
            Exchange exchange, List<InetAddress> addresses, Function<Channel, Connection> prepare) {
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
                    channel -> secure(channel, exchange, prepare),
                    cause -> AttemptResult.failed("connect", message(cause)));
        } else {
            connectThrough(proxy, exchange, receiver, channel -> secure(channel, exchange, prepare));
        }
    }

    /** The proxy's address is not checked: the operator chose it. The receiver's address was checked before. */
    private void connectThrough(
            ForwardProxy by, Exchange exchange, InetSocketAddress receiver, Consumer<Channel> onTunnel) {
        exchange.enters(Exchange.Phase.REACHING_PROXY);
        transport.proxyResolver().resolve(by.host()).addListener((Future<InetAddress> found) -> {
            if (!found.isSuccess()) {
                endLater(exchange, AttemptResult.failed(AttemptResult.PROXY, "the proxy's host name does not resolve"));
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

    private void secure(Channel channel, Exchange exchange, Function<Channel, Connection> prepare) {
        WebhookUrl url = exchange.webhook().url();
        Connection connection = prepare.apply(channel);
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
        exchange.enters(Exchange.Phase.TLS_HANDSHAKE, tlsLimit);
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
        parameters.setAlgorithmConstraints(KEY_RULES);
        handler.engine().setSSLParameters(parameters);
        // Netty's limit must not fire before the exchange's own
        handler.setHandshakeTimeout(2 * Webhook.LONGEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /** Ends the exchange in a later task, because a callback must not run within the caller's own call. */
    private void endLater(Exchange exchange, AttemptResult result) {
        transport.loop().execute(() -> exchange.end(result));
    }

    private static String message(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "the receiver does not speak TLS on this port";
        }
        String message = cause.getMessage();
        // the name of the system call precedes the reason
        int why = message == null || !(cause instanceof ConnectException) ? -1 : message.indexOf("): ");
        return message == null
                ? cause.getClass().getSimpleName()
                : message.substring(why < 0 ? 0 : why + "): ".length());
    }
}
