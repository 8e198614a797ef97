package io.kurier.ingest.http;

import io.kurier.runtime.control.ChangeWriter;
import io.vertx.ext.web.RoutingContext;

/** Runs changes to control topics on worker threads: they wait for Kafka, which an event loop must not. */
public final class BlockingCalls {
    private BlockingCalls() {}

    /** One change and its answer. */
    public interface Change {
        public void run() throws ChangeWriter.UnavailableException, InterruptedException;
    }

    public static void run(RoutingContext context, Change change) {
        context.vertx()
                .executeBlocking(
                        () -> {
                            change.run();
                            return true;
                        },
                        false)
                .onFailure(failure -> {
                    if (failure instanceof ChangeWriter.UnavailableException unavailable) {
                        HttpResponses.problem(context, Problem.of(503, String.valueOf(unavailable.getMessage())));
                    } else {
                        context.fail(failure);
                    }
                });
    }
}
