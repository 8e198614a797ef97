package io.kurier.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on loopback that remembers what it was sent and answers by script: the receiver of a
 * webhook, well-behaved or hostile. Answers {@code 200 ok} unless told otherwise; keeps connections alive.
 *
 * <p>Two event loops of its own; all methods may be called from any thread, scripts take effect with the next
 * request.
 */
public final class ScriptedReceiver implements AutoCloseable {
    /** What a client meets when it connects; {@code SERVE} unless told otherwise. */
    public enum Welcome {
        SERVE,
        /** RST as soon as the connection is accepted. */
        RESET,
        /** FIN as soon as the connection is accepted. */
        CLOSE,
        /** Accepted, but never read from. */
        IGNORE
    }

    private static final int KEPT = 100_000;
    private static final Duration POLL = Duration.ofMillis(10);

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("receiver", true), NioIoHandler.newFactory());
    private final Script script = new Script();
    private final RequestLog log = new RequestLog(KEPT);
    private final Connections connections;
    private final String scheme;
    private final int port;
    private volatile Channel listener;

    private ScriptedReceiver(@Nullable SslContext tls) {
        connections = new Connections(tls, id -> new Connection(id, script, log));
        scheme = tls == null ? "http" : "https";
        listener = listen(0);
        port = ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** A receiver at a free port of loopback. */
    public static ScriptedReceiver start() {
        return new ScriptedReceiver(null);
    }

    /** The same behind TLS. */
    public static ScriptedReceiver start(SslContext tls) {
        return new ScriptedReceiver(tls);
    }

    private Channel listen(int at) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections)
                .bind("127.0.0.1", at)
                .syncUninterruptibly()
                .channel();
    }

    public int port() {
        return port;
    }

    /** Where to send to for this path, which starts with a slash. */
    public String url(String path) {
        return scheme + "://127.0.0.1:" + port + path;
    }

    /** The next requests of this path get these answers, one each; further calls append. */
    public void respond(String path, Answer... answers) {
        script.next(path, List.of(answers));
    }

    /** What requests of this path get once the answers of {@link #respond} are used up. */
    public void respondAlways(String path, Answer answer) {
        script.always(path, answer);
    }

    /** Asked first, on an event loop, so it must not block; null leaves the request to the script. */
    public void answerWith(Function<Received, @Nullable Answer> function) {
        script.function(function);
    }

    /** How connections are met from now on. */
    public void welcome(Welcome welcome) {
        connections.welcome(welcome);
    }

    /** Answers {@code 200 ok} to every request that {@link Answer#never()} holds now. */
    public void release() {
        connections.forEach(Connection::release);
    }

    /** Nobody listens any more, all connections are reset: clients see a refused connection. */
    public void goDown() {
        listener.close().syncUninterruptibly();
        connections.goDown();
    }

    /** Listens again, at the same port. */
    public void comeBack() {
        connections.comeBack();
        listener = listen(port);
    }

    /** Every request so far in the order of arrival, the first 100,000 of them; all are counted. */
    public List<Received> requests() {
        return log.requests();
    }

    public List<Received> requests(String path) {
        return log.requests(path);
    }

    /** How many requests have arrived, kept or not. */
    public long requestCount() {
        return log.count();
    }

    public long requestCount(String path) {
        return log.count(path);
    }

    /** Waits until at least {@code n} requests of the path have arrived and yields them. */
    public List<Received> awaitRequests(String path, int n, Duration timeout) {
        Awaitility.await(n + " requests at " + path)
                .atMost(timeout)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> log.count(path), count -> count >= n);
        return requests(path);
    }

    /** Requests of this path that are neither answered nor broken off. */
    public int inFlight(String path) {
        return log.open(path);
    }

    /** The most there ever were at once. */
    public int mostInFlight(String path) {
        return log.mostOpen(path);
    }

    public int openConnections() {
        return connections.open();
    }

    /** All connections ever accepted. */
    public long acceptedConnections() {
        return connections.accepted();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.closeAll();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
