package io.kurier.benchmarks.subject;

import io.kurier.benchmarks.generator.LoadGenerator;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.measure.MeasuredProcess;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.receiver.Receivers;
import io.kurier.benchmarks.receiver.RunCertificate;
import io.kurier.benchmarks.receiver.SignatureCheck;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes events and delivers webhooks, with the receivers, the generator and the ledger that surround it.
 * A new target to measure is a new subclass. Used by the main thread.
 */
public abstract class Subject implements MeasuredProcess, AutoCloseable {
    /** What surrounds a target: event loops of the bench, who gets what, and how receivers prove who they are. */
    public record TestBed(
            EventLoopGroup loops,
            LoadWebhooks loadWebhooks,
            @Nullable RunCertificate certificate) {}

    private final String name;
    private final TestBed testBed;
    private final Ledger ledger;
    private final Receivers receivers;
    private @Nullable LoadGenerator generator;
    private @Nullable SignatureCheck signatures;

    public Subject(String name, TestBed testBed) {
        this.name = name;
        this.testBed = testBed;
        this.ledger = new Ledger(testBed.loadWebhooks());
        RunCertificate certificate = testBed.certificate();
        this.receivers = new Receivers(
                testBed.loops().next(),
                testBed.loadWebhooks(),
                certificate == null ? null : certificate.receivers(),
                ledger);
    }

    /** To be called once, when the target is ready. */
    protected final void connect(InetSocketAddress target, LoadSettings load, String secret) {
        signatures = new SignatureCheck(secret);
        receivers.verifyWith(signatures);
        generator = new LoadGenerator(testBed.loops().next(), target, ledger);
        generator.connect(load, loadWebhooks().groups());
    }

    public final String name() {
        return name;
    }

    public final LoadWebhooks loadWebhooks() {
        return testBed.loadWebhooks();
    }

    public final Ledger ledger() {
        return ledger;
    }

    protected final Receivers receivers() {
        return receivers;
    }

    public final LoadGenerator generator() {
        return connected(generator);
    }

    public final SignatureCheck signatures() {
        return connected(signatures);
    }

    /** From now on some receivers behave as the loadWebhooks says. To be called while no request is under way. */
    public final void beginFaults() {
        ledger.beginFaults();
        receivers.beginFaults();
    }

    /** Whether its latency means anything. */
    public boolean hasLatency() {
        return true;
    }

    /** What was made ready besides the load, or an empty text. */
    public String preparation() {
        return "";
    }

    /** Deliveries that are done, by this subject's meaning of done. */
    @Override
    public long completed() {
        return Math.min(ledger.accepted(), ledger.received());
    }

    /** Waits until everything accepted is done. Lets the ledger show what is not when the time is over. */
    public void drain(Duration limit) {
        Polling.becomesTrueWithin(limit, () -> ledger.outstanding() <= 0 && ledger.lost() == 0);
    }

    /** Accepted deliveries without a committed outcome; 0 where outcomes are not kept. */
    public long unrecorded() {
        return 0;
    }

    /** Events whose offset is not committed; 0 where there are none. */
    public long lag() {
        return 0;
    }

    /** What else is worth a line, or an empty text. */
    public String notes() {
        return "";
    }

    @Override
    public void close() {
        if (generator != null) {
            generator.close();
        }
        receivers.close();
    }

    private <T> T connected(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException(name + " is not connected yet");
        }
        return part;
    }
}
