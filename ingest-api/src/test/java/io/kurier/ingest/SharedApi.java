package io.kurier.ingest;

import io.kurier.testkit.BrokerFixture;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test class of the run the same {@link TestApi}, because a broker and an API take seconds to start. */
final class SharedApi implements ParameterResolver {
    /** Closed at the end of the run. */
    private record BrokerAndApi(BrokerFixture broker, TestApi api) implements AutoCloseable {
        static BrokerAndApi start() {
            BrokerFixture broker = BrokerFixture.start();
            try {
                return new BrokerAndApi(broker, TestApi.start(broker));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            api.close();
            broker.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestApi.class;
    }

    @Override
    public TestApi resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedApi.class))
                .computeIfAbsent("api", name -> BrokerAndApi.start(), BrokerAndApi.class)
                .api();
    }
}
