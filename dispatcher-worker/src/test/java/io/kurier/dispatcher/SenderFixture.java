package io.kurier.dispatcher;

import io.kurier.model.Webhook;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A sender on an event loop of its own, asked from the test's thread. */
final class SenderFixture implements AutoCloseable {
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final DispatcherLoop loop = new DispatcherLoop(failure::completeExceptionally);
    private final HttpSender sender;

    SenderFixture(DispatcherConfig config) {
        this(config, DnsServerAddressStreamProviders.platformDefault());
    }

    SenderFixture(DispatcherConfig config, DnsServerAddressStreamProvider nameServers) {
        sender = new HttpSender(loop.transport(config.egress(), nameServers), config);
        loop.every(HttpSender.EXPIRY, () -> sender.expire(System.nanoTime()));
    }

    /** Waits for the one end; a second one would be a bug, and fails later calls. */
    AttemptResult send(Webhook webhook) throws Exception {
        if (failure.isDone()) {
            failure.get();
        }
        CompletableFuture<AttemptResult> ended = new CompletableFuture<>();
        loop.execute(() -> {
            Work work = Samples.first(Samples.assignment(), 0, Samples.event("job-1", 1));
            sender.send(HttpRequestBytes.of(webhook, work, System.currentTimeMillis()), webhook, result -> {
                if (!ended.complete(result)) {
                    throw new IllegalStateException("ended twice, now with " + result);
                }
            });
        });
        return ended.get(40, TimeUnit.SECONDS);
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
