package io.kurier.sender;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.dns.DnsNameResolver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over pooled keep-alive connections, HTTP/1.1, one request at a time on each. Never follows a redirect and
 * never sends a request twice: a failure after the first byte ends the attempt. Event loop only.
 */
public final class HttpSender implements RequestSender {
    /**
     * The network side of a sender; {@link SenderLoop} makes it.
     *
     * @param loop runs every connection
     * @param resolver resolves the names of receivers
     * @param proxyResolver resolves the name of the forward proxy
     * @param tls context for webhooks without TLS settings of their own
     */
    public record Transport(
            EventLoop loop,
            Class<? extends Channel> channel,
            DnsNameResolver resolver,
            DnsNameResolver proxyResolver,
            SslContext tls) {}

    /** The key of a connection pool. Webhooks with other TLS settings must not share a connection. */
    private record Origin(boolean secure, String host, int port, ClientTls tls) {
        static Origin of(Webhook webhook) {
            WebhookUrl url = webhook.url();
            return new Origin(url.secure(), url.host(), url.port(), webhook.tls());
        }
    }

    private final Transport transport;
    private final Duration idle;
    private final Exchange.Limit untilFirstByte;
    private final Connector connector;
    private final Map<Origin, ArrayDeque<Connection>> pools = new HashMap<>();
    private final RunningExchanges exchanges = new RunningExchanges();
    private final ProcessClock clock;

    /** @param clock gives the monotonic time of every deadline */
    public HttpSender(Transport transport, SenderConfig config, ProcessClock clock) {
        this.transport = transport;
        this.clock = clock;
        this.idle = config.idleConnection();
        this.untilFirstByte = config.firstByte();
        this.connector = new Connector(transport, config);
    }

    @Override
    public void send(HttpRequestBytes request, Webhook webhook, Consumer<AttemptResult> callback) {
        Exchange exchange = new Exchange(request, webhook, exchanges, clock, callback);
        exchanges.add(exchange);
        Origin origin = Origin.of(webhook);
        Connection pooled = pooled(origin);
        if (pooled != null) {
            pooled.begin(exchange);
        } else {
            connector.open(exchange, channel -> prepare(channel, origin));
        }
    }

    private @Nullable Connection pooled(Origin origin) {
        ArrayDeque<Connection> pool = pools.get(origin);
        while (pool != null && !pool.isEmpty()) {
            Connection newest = pool.removeLast();
            if (newest.isUsable()) {
                return newest;
            }
        }
        return null;
    }

    private Connection prepare(Channel channel, Origin origin) {
        Connection connection = new Connection(channel, untilFirstByte, clock, freed -> pool(origin, freed));
        channel.pipeline().addLast(new ResponseDecoder(connection), connection);
        return connection;
    }

    private void pool(Origin origin, Connection freed) {
        pools.computeIfAbsent(origin, key -> new ArrayDeque<>()).addLast(freed);
    }

    @Override
    public void expire(long nowNanos) {
        exchanges.copy().forEach(exchange -> exchange.expire(nowNanos));
        pools.values().removeIf(pool -> {
            while (!pool.isEmpty() && pool.getFirst().idleSinceNanos() + idle.toNanos() < nowNanos) {
                pool.removeFirst().close();
            }
            return pool.isEmpty();
        });
    }

    int connectionsIdle() {
        return pools.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    @Override
    public void close() {
        exchanges.copy().forEach(exchange -> exchange.end(AttemptResult.failed("reset", "the process is stopping")));
        pools.values().forEach(pool -> pool.forEach(Connection::close));
        pools.clear();
        transport.resolver().close();
        transport.proxyResolver().close();
    }
}
