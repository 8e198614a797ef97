package io.kurier.benchmarks.limit;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;

/**
 * The minimal server with Kurier's HTTP library: reads the POST, ignores its content, stores nothing and answers 202
 * with a body as long as Kurier's. It uses the same options, and as many event loops, as Kurier's API.
 */
public final class BareServer {
    private static final String ANSWER = "{\"id\":\"evt_00000000000000000000000000\",\"status\":\"accepted\"}";

    private BareServer() {}

    /**
     * Takes a loopback port as its only argument. Ends when its standard input closes, so it never outlives the
     * bench.
     */
    public static void main(String[] arguments) throws IOException {
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(Integer.parseInt(arguments[0]))
                .setIdleTimeout(60)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true);
        vertx.deployVerticle(() -> new Listener(options), new DeploymentOptions().setInstances(loops))
                .await();
        System.out.println("bare server on " + options.getPort());
        while (System.in.read() >= 0) {
            // only the end of the input matters
        }
        vertx.close().await();
    }

    private static void answer(HttpServerRequest request) {
        if (!HttpMethod.POST.equals(request.method())) {
            request.response().end();
            return;
        }
        request.endHandler(end -> request.response()
                .setStatusCode(202)
                .putHeader("content-type", "application/json")
                .end(ANSWER));
    }

    /** One of the servers that share the port. */
    private static final class Listener extends VerticleBase {
        private final HttpServerOptions options;

        Listener(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer(options)
                    .requestHandler(BareServer::answer)
                    .listen();
        }
    }
}
