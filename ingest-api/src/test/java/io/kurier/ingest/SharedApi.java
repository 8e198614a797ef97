package io.kurier.ingest;

import io.kurier.testkit.kafka.KafkaExtension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test class of the run the same {@link TestApi}, since a broker and an API take seconds to start. */
final class SharedApi implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestApi.class;
    }

    @Override
    public TestApi resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // the store closes what was put last first: the API before its broker
        var broker = KafkaExtension.ofTheRun(context);
        return context.getRoot()
                .getStore(Namespace.create(SharedApi.class))
                .computeIfAbsent("api", name -> TestApi.start(broker), TestApi.class);
    }
}
