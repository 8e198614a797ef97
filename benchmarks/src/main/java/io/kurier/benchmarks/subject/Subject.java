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
 * The system under test: a target that takes events and delivers webhooks, with the receivers, the generator and the
 * ledger around it. A new target is a new subclass. Main thread.
 */
public abstract class Subject implements MeasuredProcess, AutoCloseable {
    /**
     * The bench's side of a measurement.
     *
     * @param loops event loops of generator and receiver
     * @param loadWebhooks the webhooks, and which of them get which event
     * @param certificate the receivers' certificate, or null for plain HTTP
     */
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

    /**
     * Connects the generator. Called once, when the target is ready.
     *
     * @param target address of its API
     * @param load shape of the requests
     * @param secret secret of the load's webhooks
     */
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

    /** Lets faulty receivers fail from now on. Must be called while no request is in flight. */
    public final void beginFaults() {
        ledger.beginFaults();
        receivers.beginFaults();
    }

    /** @return whether latency of this subject means something */
    public boolean hasLatency() {
        return true;
    }

    /** @return a summary of the preparation, or an empty string */
    public String preparation() {
        return "";
    }

    /** @return deliveries that are done, by this subject's definition of done */
    @Override
    public long completed() {
        return Math.min(ledger.accepted(), ledger.received());
    }

    /** Waits until every accepted delivery is done, or the limit has passed; the ledger then shows the open ones. */
    public void drain(Duration limit) {
        Polling.becomesTrueWithin(limit, () -> ledger.outstanding() <= 0 && ledger.lost() == 0);
    }

    /** @return accepted deliveries without a committed outcome; 0 if the target records none */
    public long unrecorded() {
        return 0;
    }

    /** @return events whose offset is not committed; 0 if the target has no topic */
    public long lag() {
        return 0;
    }

    /** @return further remarks for a progress line, or an empty string */
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
