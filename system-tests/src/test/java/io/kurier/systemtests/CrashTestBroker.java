package io.kurier.systemtests;

import io.kurier.testkit.kafka.BrokerFixture;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One broker for all tests of a class; register it in a static field. It removes a dead group member after four seconds
 * and aborts the transactions of a dead producer soon, so that a crash test does not wait long for the take-over.
 */
final class CrashTestBroker implements BeforeAllCallback, AfterAllCallback {
    private @Nullable BrokerFixture broker;

    /** Starts such a broker for a test that closes it itself. */
    static BrokerFixture start() {
        return BrokerFixture.start(Map.of(
                "group.consumer.min.session.timeout.ms", "4000",
                "group.consumer.session.timeout.ms", "4000",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "300"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (broker != null) {
            broker.close();
        }
    }

    /** Creates an installation with topics of its own on this broker. */
    TestInstallation installation(Map<String, String> settings) throws InterruptedException {
        if (broker == null) {
            throw new IllegalStateException("the broker starts before the first test of the class");
        }
        return new TestInstallation(broker, settings);
    }
}
