package io.kurier.benchmarks.receiver;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.load.ReceiverBehaviour;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of all webhooks of the load: one for those that answer all the time, and for each that will be in trouble
 * one at a loopback address of its own, as strangers' receivers have: a worker's bound for one host must not stand in for
 * the isolation that is measured. They have an event loop of their own, too: what troubles them must not hold up the
 * bench's own clock. Main thread.
 */
public final class Receivers implements AutoCloseable {
    private final LoadWebhooks loadWebhooks;
    private final Receiver well;
    private final EventLoopGroup faultyLoop = Transport.loops(1, "trouble");
    private final Map<Integer, Receiver> troubled = new LinkedHashMap<>();

    public Receivers(EventLoop loop, LoadWebhooks loadWebhooks, @Nullable SslContext tls, Ledger ledger) {
        this.loadWebhooks = loadWebhooks;
        this.well = new Receiver(loop, Transport.loopback(0), tls, ledger);
        for (int webhook = 0; webhook < loadWebhooks.size(); webhook++) {
            if (loadWebhooks.behaviourOf(webhook) != ReceiverBehaviour.ANSWERS) {
                InetSocketAddress listen = new InetSocketAddress(faultyAddress(webhook), 0);
                troubled.put(webhook, new Receiver(faultyLoop.next(), listen, tls, ledger));
            }
        }
    }

    /** 127.1.0.0 and up, all of which are loopback on Linux. */
    private static InetAddress faultyAddress(int webhook) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 1, (byte) (webhook / 250), (byte) (webhook % 250 + 1)});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The addresses that receivers of this loadWebhooks have, for a certificate. */
    public static List<String> hosts(LoadWebhooks loadWebhooks) {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1"));
        for (int webhook = 0; webhook < loadWebhooks.size(); webhook++) {
            if (loadWebhooks.behaviourOf(webhook) != ReceiverBehaviour.ANSWERS) {
                hosts.add(faultyAddress(webhook).getHostAddress());
            }
        }
        return hosts;
    }

    public String url(int webhook) {
        return troubled.getOrDefault(webhook, well).url(webhook);
    }

    /** Where those are that answer all the time. */
    public InetSocketAddress address() {
        return well.address();
    }

    /** Signatures are verified by those that answer all the time, since one event loop only may use the check. */
    public void verifyWith(SignatureCheck check) {
        well.verifyWith(check);
    }

    public void beginFaults() {
        troubled.forEach((webhook, receiver) -> receiver.behave(loadWebhooks.behaviourOf(webhook)));
    }

    @Override
    public void close() {
        well.close();
        troubled.values().forEach(Receiver::close);
        faultyLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
