package io.kurier.ingest.publish;

import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import io.kurier.schemas.Event;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /api/v1/events}: answers with 202 only after all in-sync replicas have stored the event. Event loops. */
public final class EventRoutes {
    private static final Logger log = LoggerFactory.getLogger(EventRoutes.class);
    private static final String RETRY_AFTER_SECONDS = "1";
    static final String PATH = "/api/v1/events";
    static final String NAME = "POST " + PATH;

    private final EventAppender events;
    private final PublishContexts contexts;
    private final EventTypes types;
    private final EventQuotas quotas;
    private final SchemaCheckPool checks;
    private final PublishMetrics metrics;

    public EventRoutes(
            EventAppender events,
            PublishContexts contexts,
            EventTypes types,
            EventQuotas quotas,
            SchemaCheckPool checks,
            PublishMetrics metrics) {
        this.events = events;
        this.contexts = contexts;
        this.types = types;
        this.quotas = quotas;
        this.checks = checks;
        this.metrics = metrics;
    }

    public void mount(Routes routes) {
        routes.post(
                PATH,
                Role.PUBLISH,
                context -> publish(context.request(), BodyCollector.of(context), RequestParams.tenant(context)));
    }

    /**
     * Publishes the events of a request and answers it later.
     *
     * @throws Problem.RefusedException if the whole request is refused; no response has been sent then
     */
    void publish(HttpServerRequest http, byte[] body, String tenant) {
        TokenBucket quota = quota(tenant);
        PublishContext context = contexts.of(tenant, IdempotencyKey.of(http));
        if (types.isHeavy(tenant, body.length)) {
            readInPool(http, body, context, quota);
        } else {
            append(http.response(), PublishFormats.read(http, body, context), quota);
        }
    }

    /** Schema checks may take too long for the event loop. */
    private void readInPool(HttpServerRequest http, byte[] body, PublishContext context, @Nullable TokenBucket quota) {
        checks.run(body.length, () -> {
                    types.weigh(context.tenant());
                    return PublishFormats.read(http, body, context);
                })
                .onSuccess(request -> append(http.response(), request, quota))
                .onFailure(failure -> {
                    if (failure instanceof Problem.RefusedException refused) {
                        HttpResponses.problem(http.response(), refused.problem());
                    } else {
                        log.error("Publishing failed; the request got a 500. This is a bug: please report it", failure);
                        HttpResponses.problem(http.response(), Problem.FAULT);
                    }
                });
    }

    private void append(HttpServerResponse response, PublishRequest request, @Nullable TokenBucket quota) {
        if (request.items().isEmpty()) {
            HttpResponses.json(response, 202, "[]");
            return;
        }
        if (quota != null) {
            quota.take((int) request.items().stream()
                    .filter(PublishItem.Accepted.class::isInstance)
                    .count());
        }
        Publishing publishing = new Publishing(response, request);
        for (int i = 0; i < request.items().size(); i++) {
            int item = i;
            if (request.items().get(i) instanceof PublishItem.Accepted accepted) {
                events.append(accepted.event(), failure -> publishing.onAppended(item, failure));
            } else {
                publishing.itemDone();
            }
        }
    }

    private @Nullable TokenBucket quota(String tenant) {
        try {
            return quotas.open(tenant);
        } catch (Problem.RefusedException e) {
            metrics.overQuota.increment();
            throw e;
        }
    }

    /** A request until its last append has ended. Appends end on the producer's thread. */
    private final class Publishing {
        private final HttpServerResponse response;
        private final PublishRequest request;
        private final Context loop = Vertx.currentContext();
        private final AtomicInteger open;
        private final AtomicReferenceArray<@Nullable Exception> failures;

        Publishing(HttpServerResponse response, PublishRequest request) {
            this.response = response;
            this.request = request;
            this.open = new AtomicInteger(request.items().size());
            this.failures = new AtomicReferenceArray<>(request.items().size());
        }

        void onAppended(int item, @Nullable Exception failure) {
            if (failure == null) {
                metrics.accepted.increment();
            } else {
                metrics.unavailable.increment();
                log.debug("Kafka did not confirm an event: {}", failure.toString());
                failures.set(item, failure);
            }
            itemDone();
        }

        void itemDone() {
            if (open.decrementAndGet() == 0) {
                loop.runOnContext(ignored -> answer());
            }
        }

        private void answer() {
            if (!request.array() && request.items().get(0) instanceof PublishItem.Refused refused) {
                HttpResponses.problem(response, refused.problem());
                return;
            }
            if (!request.array() && failures.get(0) != null) {
                HttpResponses.problem(
                        response,
                        Problem.of(
                                503,
                                "Kafka did not confirm the event in time, so it may or may not be stored. Repeat the request;"
                                        + " with an id of your own or an Idempotency-Key it is delivered only once"));
                return;
            }
            StringBuilder body = new StringBuilder(request.array() ? "[" : "");
            boolean isAnyUnknown = false;
            boolean isAnyAccepted = false;
            for (int i = 0; i < request.items().size(); i++) {
                body.append(i == 0 ? "" : ",").append(item(i));
                isAnyUnknown |= failures.get(i) != null;
                isAnyAccepted |= request.items().get(i) instanceof PublishItem.Accepted;
            }
            body.append(request.array() ? "]" : "");
            if (isAnyUnknown) {
                response.putHeader("retry-after", RETRY_AFTER_SECONDS);
            }
            HttpResponses.json(response, isAnyUnknown ? 503 : isAnyAccepted ? 202 : 400, body.toString());
        }

        private String item(int i) {
            PublishItem item = request.items().get(i);
            if (item instanceof PublishItem.Refused refused) {
                return Json.object()
                        .put("status", "refused")
                        .set("problem", refused.problem().json())
                        .toString();
            }
            Event event = ((PublishItem.Accepted) item).event();
            String status = failures.get(i) == null ? "accepted" : "unknown";
            return "{\"id\":\"" + event.getId() + "\",\"status\":\"" + status + "\"}";
        }
    }
}
