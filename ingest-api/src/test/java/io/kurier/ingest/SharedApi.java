package io.kurier.ingest;

import io.kurier.testkit.BrokerFixture;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test class of the run the same {@link TestApi}: a broker and an API take seconds to start. */
final class SharedApi implements ParameterResolver {
    /** Closed with the run. */
    private record Both(BrokerFixture broker, TestApi api) implements AutoCloseable {
        static Both start() {
            BrokerFixture broker = BrokerFixture.start();
            try {
                return new Both(broker, TestApi.start(broker));
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
                .computeIfAbsent("api", name -> Both.start(), Both.class)
                .api();
    }
}
