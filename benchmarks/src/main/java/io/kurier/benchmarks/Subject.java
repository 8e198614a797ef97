package io.kurier.benchmarks;

import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes events and delivers webhooks, with the receiver, the generator and the ledger that surround it.
 * A new target to measure is a new subclass. Used by the main thread.
 */
abstract class Subject implements AutoCloseable {
    private final String name;
    private final EventLoopGroup loops;
    private final Ledger ledger = new Ledger();
    private final Receiver receiver;
    private @Nullable LoadGenerator generator;
    private @Nullable SignatureCheck signatures;

    Subject(String name, EventLoopGroup loops) {
        this.name = name;
        this.loops = loops;
        this.receiver = new Receiver(loops.next(), ledger);
    }

    /** To be called once, when the target is ready. */
    final void connect(InetSocketAddress target, Settings settings, String secret, @Nullable String bearerKey) {
        signatures = new SignatureCheck(secret);
        receiver.verifyWith(signatures);
        generator = new LoadGenerator(loops.next(), target, ledger);
        generator.connect(settings.connections(), bearerKey, settings.payloadBytes());
    }

    final String name() {
        return name;
    }

    final Ledger ledger() {
        return ledger;
    }

    final Receiver receiver() {
        return receiver;
    }

    final LoadGenerator generator() {
        return connected(generator);
    }

    final SignatureCheck signatures() {
        return connected(signatures);
    }

    /** The process that is measured. */
    abstract ProcessHandle process();

    /** Throws when the target can no longer be measured. */
    abstract void checkAlive();

    /** Deliveries that are done, by this subject's meaning of done. */
    long completed() {
        return Math.min(ledger.accepted(), ledger.received());
    }

    /** Waits until everything accepted is done. Lets the ledger show what is not when the time is over. */
    void settle(Duration limit) {
        Waiting.cameWithin(limit, () -> ledger.outstanding() <= 0 && ledger.lost() == 0);
    }

    /** Accepted events without a committed outcome; 0 where outcomes are not kept. */
    long unrecorded() {
        return 0;
    }

    /** Events whose offset is not committed; 0 where there are none. */
    long lag() {
        return 0;
    }

    /** What else is worth a line, or an empty text. */
    String remarks() {
        return "";
    }

    @Override
    public void close() {
        if (generator != null) {
            generator.close();
        }
        receiver.close();
    }

    private <T> T connected(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException(name + " is not connected yet");
        }
        return part;
    }
}
