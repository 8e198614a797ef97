package io.kurier.benchmarks.generator;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.EventRequest;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.process.Polling;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes events over a fixed number of keep-alive connections at a {@link RequestPacing}. All work happens on one
 * event loop; {@link #run}, {@link #pause} and {@link #close} may be called from any other thread.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final long RECONNECT_AFTER_MS = 100;
    private static final int MAX_RECONNECTS = 1_000;

    private final EventLoop loop;
    private final InetSocketAddress target;
    private final Ledger ledger;
    private final ChannelGroup channels;
    private final List<EventRequest> requests = new ArrayList<>();
    private final ArrayDeque<GeneratorConnection> idle = new ArrayDeque<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile String lastProblem = "none";
    private RequestPacing pacing = RequestPacing.stopped();
    private boolean timerSet;
    private boolean closing;
    private int reconnects;

    public LoadGenerator(EventLoop loop, InetSocketAddress target, Ledger ledger) {
        this.loop = loop;
        this.target = target;
        this.ledger = ledger;
        this.channels = new DefaultChannelGroup(loop);
    }

    /**
     * Opens the connections and waits until all of them are open.
     *
     * @param load shape of the requests
     * @param groups groups of webhooks that get the events in turn
     * @throws IllegalStateException if a connection is not open within 10 s
     */
    public void connect(LoadSettings load, int groups) {
        int connections = load.connections();
        String host = target.getHostString() + ":" + target.getPort();
        for (int i = 0; i < connections; i++) {
            EventRequest request = new EventRequest(host, load, groups, i);
            requests.add(request);
            open(request);
        }
        Polling.until(() -> connected.get() == connections, CONNECT_TIMEOUT, connections + " connections to " + host);
    }

    /** Sends requests at this pacing from now on. */
    public void run(RequestPacing next) {
        loop.execute(() -> {
            pacing = next;
            pump();
        });
    }

    /**
     * Stops sending and waits until every request is answered.
     *
     * @throws IllegalStateException if an answer is missing after 30 s
     */
    public void pause() {
        run(RequestPacing.stopped());
        loop.submit(() -> {}).awaitUninterruptibly(ANSWER_TIMEOUT.toMillis());
        Polling.until(() -> unanswered.get() == 0, ANSWER_TIMEOUT, "the answers to all requests");
    }

    /** @return the last refusal or connection error, or "none" */
    public String lastProblem() {
        return lastProblem;
    }

    void free(GeneratorConnection connection) {
        if (connection.isOpen()) {
            idle.addLast(connection);
            pump();
        }
    }

    void accepted(GeneratorConnection connection, long sequence) {
        unanswered.decrementAndGet();
        ledger.accept(sequence);
        free(connection);
    }

    void refused(GeneratorConnection connection, String answer, int pauseSeconds) {
        unanswered.decrementAndGet();
        ledger.refuse();
        problem(answer);
        loop.schedule(() -> free(connection), pauseSeconds, TimeUnit.SECONDS);
    }

    void problem(String text) {
        lastProblem = text;
    }

    void opened(GeneratorConnection connection) {
        connected.incrementAndGet();
        free(connection);
    }

    void closed(GeneratorConnection connection, boolean wasWaiting) {
        idle.remove(connection);
        connected.decrementAndGet();
        if (wasWaiting) {
            unanswered.decrementAndGet();
            ledger.refuse();
        }
        reopen(connection.request());
    }

    @Override
    public void close() {
        loop.submit(() -> {
                    closing = true;
                    pacing = RequestPacing.stopped();
                })
                .awaitUninterruptibly(ANSWER_TIMEOUT.toMillis());
        channels.close().awaitUninterruptibly(ANSWER_TIMEOUT.toMillis());
        requests.forEach(EventRequest::release);
        requests.clear();
    }

    private void pump() {
        while (!idle.isEmpty()) {
            long now = System.nanoTime();
            long wait = pacing.nanosUntilNext(now);
            if (wait > 0) {
                wakeIn(wait);
                return;
            }
            pacing.sent();
            unanswered.incrementAndGet();
            idle.removeFirst().send(ledger.issue(now + wait));
        }
    }

    private void wakeIn(long nanos) {
        if (nanos != RequestPacing.NEVER && !timerSet) {
            timerSet = true;
            loop.schedule(
                    () -> {
                        timerSet = false;
                        pump();
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }
    }

    private void open(EventRequest request) {
        if (closing) {
            return;
        }
        new Bootstrap()
                .group(loop)
                .channel(Transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast(new GeneratorConnection(LoadGenerator.this, request));
                    }
                })
                .connect(target)
                .addListener(connect -> {
                    if (!connect.isSuccess()) {
                        problem(String.valueOf(connect.cause()));
                        reopen(request);
                    }
                });
    }

    private void reopen(EventRequest request) {
        if (!closing && reconnects++ < MAX_RECONNECTS) {
            loop.schedule(() -> open(request), RECONNECT_AFTER_MS, TimeUnit.MILLISECONDS);
        }
    }
}
