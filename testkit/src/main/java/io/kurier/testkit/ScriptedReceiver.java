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
 * An HTTP/1.1 server on loopback that records its requests and answers by script: the receiver of a webhook,
 * well-behaved or hostile. It answers {@code 200 ok} unless scripted otherwise, and keeps connections alive.
 *
 * <p>It has two event loops of its own. Any thread may call any method; a script takes effect with the next request.
 */
public final class ScriptedReceiver implements AutoCloseable {
    /** What happens to a new connection; {@code SERVE} unless scripted otherwise. */
    public enum Welcome {
        SERVE,
        /** Resets (RST) the connection as soon as it is accepted. */
        RESET,
        /** Closes (FIN) the connection as soon as it is accepted. */
        CLOSE,
        /** Accepts the connection but never reads from it. */
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

    /** Starts a receiver on a free port of loopback. */
    public static ScriptedReceiver start() {
        return new ScriptedReceiver(null);
    }

    /** Starts a receiver that speaks TLS. */
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

    /** The URL of this path, which starts with a slash. */
    public String url(String path) {
        return scheme + "://127.0.0.1:" + port + path;
    }

    /** Answers the next requests of this path with these answers, one each; further calls append. */
    public void respond(String path, Answer... answers) {
        script.next(path, List.of(answers));
    }

    /** Answers requests of this path once the answers of {@link #respond} are used up. */
    public void respondAlways(String path, Answer answer) {
        script.always(path, answer);
    }

    /**
     * Chooses answers by a function, which comes before all scripts. It runs on an event loop and must not block; null
     * means: use the script.
     */
    public void answerWith(Function<Received, @Nullable Answer> function) {
        script.function(function);
    }

    /** Sets what happens to new connections. */
    public void welcome(Welcome welcome) {
        connections.welcome(welcome);
    }

    /** Answers every request that {@link Answer#never()} holds now with {@code 200 ok}. */
    public void release() {
        connections.forEach(Connection::release);
    }

    /** Stops listening and resets all connections: new connections are refused. */
    public void goDown() {
        listener.close().syncUninterruptibly();
        connections.goDown();
    }

    /** Listens again on the same port. */
    public void comeBack() {
        connections.comeBack();
        listener = listen(port);
    }

    /** The first 100,000 requests, in order of arrival. */
    public List<Received> requests() {
        return log.requests();
    }

    public List<Received> requests(String path) {
        return log.requests(path);
    }

    /** The number of requests that arrived, recorded or not. */
    public long requestCount() {
        return log.count();
    }

    public long requestCount(String path) {
        return log.count(path);
    }

    /** Waits until at least {@code n} requests of the path have arrived, and returns them. */
    public List<Received> awaitRequests(String path, int n, Duration timeout) {
        Awaitility.await(n + " requests at " + path)
                .atMost(timeout)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> log.count(path), count -> count >= n);
        return requests(path);
    }

    /** The number of requests of this path that are neither answered nor broken off. */
    public int inFlight(String path) {
        return log.open(path);
    }

    /** The highest number of requests of this path that were ever in flight at once. */
    public int mostInFlight(String path) {
        return log.mostOpen(path);
    }

    public int openConnections() {
        return connections.open();
    }

    /** The number of connections ever accepted. */
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
