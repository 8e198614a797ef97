package io.kurier.sender;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.Webhook;
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
 * Sends requests over pooled keep-alive connections, HTTP/1.1, one request at a time on each. Never follows a redirect,
 * never sends a request twice: what fails after its first byte ends as a failed attempt. The event loop's, which also
 * runs every connection.
 */
public final class HttpSender implements RequestSender {
    /**
     * What connections are made with.
     *
     * @param resolver of receivers' names
     * @param proxyResolver of the proxy's name
     * @param tls for webhooks without wishes of their own
     */
    public record Transport(
            EventLoop loop,
            Class<? extends Channel> channel,
            DnsNameResolver resolver,
            DnsNameResolver proxyResolver,
            SslContext tls) {}

    /** Whose connections are one another's: those of a webhook with other TLS settings are not. */
    private record Origin(boolean secure, String host, int port, ClientTls tls) {
        static Origin of(Webhook webhook) {
            WebhookUrl url = webhook.url();
            return new Origin(url.secure(), url.host(), url.port(), webhook.tls());
        }
    }

    private final Transport transport;
    private final Duration idle;
    private final Exchange.Limit untilFirstByte;
    private final Dial dial;
    private final Map<Origin, ArrayDeque<Connection>> pools = new HashMap<>();
    private final Exchanges exchanges = new Exchanges();

    public HttpSender(Transport transport, SenderConfig config) {
        this.transport = transport;
        this.idle = config.idleConnection();
        this.untilFirstByte = config.firstByte();
        this.dial = new Dial(transport, config);
    }

    @Override
    public void send(HttpRequestBytes request, Webhook webhook, Consumer<AttemptResult> callback) {
        Exchange exchange = new Exchange(request, webhook, exchanges, callback);
        exchanges.add(exchange);
        Origin origin = Origin.of(webhook);
        Connection pooled = pooled(origin);
        if (pooled != null) {
            pooled.begin(exchange);
        } else {
            dial.open(exchange, channel -> equip(channel, origin));
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

    private Connection equip(Channel channel, Origin origin) {
        Connection connection = new Connection(channel, untilFirstByte, freed -> pool(origin, freed));
        channel.pipeline().addLast(new AnswerDecoder(connection), connection);
        return connection;
    }

    private void pool(Origin origin, Connection freed) {
        pools.computeIfAbsent(origin, key -> new ArrayDeque<>()).addLast(freed);
    }

    @Override
    public void expire(long nowNanos) {
        exchanges.now().forEach(exchange -> exchange.expire(nowNanos));
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
        exchanges.now().forEach(exchange -> exchange.end(AttemptResult.failed("reset", "the process stops")));
        pools.values().forEach(pool -> pool.forEach(Connection::close));
        pools.clear();
        transport.resolver().close();
        transport.proxyResolver().close();
    }
}
