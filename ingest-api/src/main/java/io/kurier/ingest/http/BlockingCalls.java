package io.kurier.ingest.http;

import io.kurier.runtime.control.ChangeWriter;
import io.vertx.ext.web.RoutingContext;

/** Runs calls that wait for Kafka on Vert.x worker threads, because an event loop must not block. */
public final class BlockingCalls {
    private BlockingCalls() {}

    /** A call that may block, and that sends the response of its request. */
    public interface Change {
        public void run() throws ChangeWriter.UnavailableException, InterruptedException;
    }

    /**
     * Returns at once. If Kafka is unavailable, the request is answered with 503; any other exception goes to the error
     * handler of the router.
     */
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
