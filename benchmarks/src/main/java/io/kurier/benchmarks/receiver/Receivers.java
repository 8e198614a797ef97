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
 * The receivers of all webhooks of the load: one for all healthy webhooks, and one for each faulty webhook at a
 * loopback address of its own, as receivers of different owners have. With a shared address, a worker's limit per
 * host would provide the isolation that is being measured. Faulty receivers have an event loop of their own so that
 * they do not delay the bench's measurements. Main thread.
 */
public final class Receivers implements AutoCloseable {
    private final LoadWebhooks loadWebhooks;
    private final Receiver healthy;
    private final EventLoopGroup faultyLoop = Transport.loops(1, "faulty");
    private final Map<Integer, Receiver> faulty = new LinkedHashMap<>();

    /**
     * @param loop event loop of the healthy receiver
     * @param tls null for plain HTTP
     */
    public Receivers(EventLoop loop, LoadWebhooks loadWebhooks, @Nullable SslContext tls, Ledger ledger) {
        this.loadWebhooks = loadWebhooks;
        this.healthy = new Receiver(loop, Transport.loopback(0), tls, ledger);
        for (int webhook = 0; webhook < loadWebhooks.size(); webhook++) {
            if (loadWebhooks.behaviourOf(webhook) != ReceiverBehaviour.ANSWERS) {
                InetSocketAddress listen = new InetSocketAddress(faultyAddress(webhook), 0);
                faulty.put(webhook, new Receiver(faultyLoop.next(), listen, tls, ledger));
            }
        }
    }

    /** @return 127.1.0.1 and up, all of which are loopback on Linux */
    private static InetAddress faultyAddress(int webhook) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 1, (byte) (webhook / 250), (byte) (webhook % 250 + 1)});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** @return the IP addresses of the receivers of these webhooks, for a certificate */
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
        return faulty.getOrDefault(webhook, healthy).url(webhook);
    }

    /** @return the address of the healthy receiver */
    public InetSocketAddress address() {
        return healthy.address();
    }

    /** Verifies signatures at the healthy receiver only, because the check belongs to one event loop. */
    public void verifyWith(SignatureCheck check) {
        healthy.verifyWith(check);
    }

    /** Lets the faulty receivers behave as their webhooks are meant to. */
    public void beginFaults() {
        faulty.forEach((webhook, receiver) -> receiver.behave(loadWebhooks.behaviourOf(webhook)));
    }

    @Override
    public void close() {
        healthy.close();
        faulty.values().forEach(Receiver::close);
        faultyLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
