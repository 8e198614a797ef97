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
 * The least that a door made with Kurier's HTTP library can do: takes the POST, looks at nothing, keeps nothing, answers
 * 202 with as much as Kurier answers. The same options, and as many event loops, as Kurier's API.
 */
public final class BareServer {
    private static final String ANSWER = "{\"id\":\"evt_00000000000000000000000000\",\"status\":\"accepted\"}";

    private BareServer() {}

    /** Takes a port of loopback. Ends when its standard input does, so it never outlives the bench. */
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
            // what arrives does not matter, only its end
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
