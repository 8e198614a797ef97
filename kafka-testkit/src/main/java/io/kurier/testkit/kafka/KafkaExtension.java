package io.kurier.testkit.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests a broker and closes it after everything that stands on it.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final KafkaExtension KAFKA = KafkaExtension.perClass();
 *
 * @AutoClose
 * final WorkerFixture kurier = new WorkerFixture(KAFKA.broker());
 * }</pre>
 *
 * <p>The broker starts before the first test of the class and is closed after the class's last callback, so what {@code
 * AutoClose} and {@code AfterAll} close is closed before it. Tests of a class share the broker and keep apart by {@link
 * BrokerFixture#uniquePrefix()}. A test with a parameter of type {@link BrokerFixture} gets a broker of its own, which it
 * may close itself. When a test fails, the command that repeats it is printed.
 */
public final class KafkaExtension implements BeforeAllCallback, ParameterResolver, TestWatcher {
    private static final Namespace BROKERS = Namespace.create(KafkaExtension.class);

    private final @Nullable Supplier<BrokerFixture> start;
    private volatile @Nullable BrokerFixture broker;

    private KafkaExtension(@Nullable Supplier<BrokerFixture> start) {
        this.start = start;
    }

    /** A broker on the system's clock for the class with the static field. */
    public static KafkaExtension perClass() {
        return new KafkaExtension(BrokerFixture::start);
    }

    /** A broker that jumps with the clock. */
    public static KafkaExtension perClass(ManualClock clock) {
        return new KafkaExtension(() -> BrokerFixture.start(clock));
    }

    /** A broker with settings of the class's own. */
    public static KafkaExtension perClass(Map<String, String> overrides) {
        return new KafkaExtension(() -> BrokerFixture.start(overrides));
    }

    /** No broker for the class: each test takes one of its own as a parameter. */
    public static KafkaExtension perTest() {
        return new KafkaExtension(null);
    }

    /** The one broker of this test run, for extensions that share more than a broker; closed when the run ends. */
    public static BrokerFixture ofTheRun(ExtensionContext context) {
        return context.getRoot()
                .getStore(BROKERS)
                .computeIfAbsent("run", key -> BrokerFixture.start(), BrokerFixture.class);
    }

    /**
     * The class's broker.
     *
     * @throws IllegalStateException before the class's tests begin, such as in the initialiser of a static field
     */
    public BrokerFixture broker() {
        BrokerFixture started = broker;
        if (started == null) {
            throw new IllegalStateException("the broker is not started yet: use it in instance fields or in @BeforeAll,"
                    + " and keep the extension in a static field with @RegisterExtension");
        }
        return started;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (start == null) {
            return;
        }
        BrokerFixture started = start.get();
        // the class's store is closed after all its callbacks
        context.getStore(BROKERS).put("class", started);
        broker = started;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BrokerFixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(BROKERS)
                .computeIfAbsent(
                        "parameter " + parameter.getIndex(), key -> BrokerFixture.start(), BrokerFixture.class);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        System.err.println("failed: " + context.getUniqueId() + System.lineSeparator() + "repeat it with: "
                + command(
                        context.getRequiredTestClass(),
                        context.getRequiredTestMethod().getName()));
    }

    private static String command(Class<?> test, String method) {
        String module = String.valueOf(
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().getFileName());
        String seed = System.getProperty("seed");
        return "mvn verify -pl " + module + " -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dfailsafe.failIfNoSpecifiedTests=false -Dit.test=" + test.getSimpleName() + "#" + method
                + (seed == null ? "" : " -Dseed=" + seed);
    }
}
