package io.kurier.sender;

import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.time.ProcessClock;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A sender on an event loop of its own, asked from the test's thread. */
final class SenderFixture implements AutoCloseable {
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final SenderLoop loop = new SenderLoop("sender-loop", failure::completeExceptionally);
    private final HttpSender sender;

    SenderFixture(SenderConfig config) {
        this(loop -> loop.transport(config.egress()), config);
    }

    /** One that asks this server for names. */
    SenderFixture(SenderConfig config, DnsServerAddressStreamProvider nameServers) {
        this(loop -> loop.transport(config.egress(), nameServers, SenderLoop.trustedByTheJdk()), config);
    }

    /** One that does both. */
    SenderFixture(SenderConfig config, DnsServerAddressStreamProvider nameServers, SslContext tls) {
        this(loop -> loop.transport(config.egress(), nameServers, tls), config);
    }

    /** One that trusts whom this context trusts. */
    SenderFixture(SenderConfig config, SslContext tls) {
        this(loop -> loop.transport(config.egress(), DnsServerAddressStreamProviders.platformDefault(), tls), config);
    }

    private SenderFixture(Function<SenderLoop, HttpSender.Transport> transport, SenderConfig config) {
        sender = new HttpSender(transport.apply(loop), config, ProcessClock.system());
        loop.every(RequestSender.EXPIRY, () -> sender.expire(System.nanoTime()));
    }

    /** Waits for the one end; a second one would be a bug, and fails later calls. */
    AttemptResult send(Webhook webhook) throws Exception {
        failIfBroken();
        return begin(webhook).get(40, TimeUnit.SECONDS);
    }

    CompletableFuture<AttemptResult> begin(Webhook webhook) {
        return begin(Samples.request(webhook), webhook);
    }

    CompletableFuture<AttemptResult> begin(HttpRequestBytes request, Webhook webhook) {
        CompletableFuture<AttemptResult> ended = new CompletableFuture<>();
        loop.execute(() -> sender.send(request, webhook, result -> {
            if (!ended.complete(result)) {
                failure.completeExceptionally(new IllegalStateException("ended twice, now with " + result));
            }
        }));
        return ended;
    }

    /** Sends twice, the second time from within the callback of the first. */
    CompletableFuture<AttemptResult> beginTwice(Webhook webhook) {
        CompletableFuture<AttemptResult> second = new CompletableFuture<>();
        HttpRequestBytes request = Samples.request(webhook);
        loop.execute(() -> sender.send(request, webhook, first -> sender.send(request, webhook, second::complete)));
        return second;
    }

    /** Holds the loop up for as long as the task takes. */
    void onLoop(Runnable task) {
        loop.execute(task);
    }

    /** After an exchange ended twice, or a task threw. */
    void failIfBroken() throws Exception {
        if (failure.isDone()) {
            failure.get();
        }
    }

    int connectionsIdle() throws Exception {
        CompletableFuture<Integer> idle = new CompletableFuture<>();
        loop.execute(() -> idle.complete(sender.connectionsIdle()));
        return idle.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        loop.execute(sender::close);
        loop.close();
    }
}
