package io.kurier.ingest.publish;

import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
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

/** {@code POST /api/v1/events}: 202 only when all in-sync replicas have the event. */
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
                context -> publish(context.request(), BodyCollector.of(context), HttpResponses.tenant(context)));
    }

    /** @throws Problem.RefusedException when the whole body can't be used; nothing is answered then */
    void publish(HttpServerRequest asked, byte[] body, String tenant) {
        TokenBucket quota = quota(tenant);
        PublishContext door = contexts.of(tenant, IdempotencyKey.of(asked));
        if (types.isHeavy(tenant, body.length)) {
            readAside(asked, body, door, quota);
        } else {
            append(asked.response(), PublishFormats.read(asked, body, door), quota);
        }
    }

    /** Checking by schemas may take long: not on the event loop. */
    private void readAside(HttpServerRequest asked, byte[] body, PublishContext door, @Nullable TokenBucket quota) {
        checks.run(body.length, () -> {
                    types.weigh(door.tenant());
                    return PublishFormats.read(asked, body, door);
                })
                .onSuccess(request -> append(asked.response(), request, quota))
                .onFailure(failure -> {
                    if (failure instanceof Problem.RefusedException refused) {
                        HttpResponses.problem(asked.response(), refused.problem());
                    } else {
                        log.error("publishing failed", failure);
                        HttpResponses.problem(asked.response(), Problem.FAULT);
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
            if (request.items().get(i) instanceof PublishItem.Accepted found) {
                events.append(found.event(), failure -> publishing.stored(item, failure));
            } else {
                publishing.ended();
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

    /** One request until its last event is stored or given up; appends end on Kafka's thread. */
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

        void stored(int item, @Nullable Exception failure) {
            if (failure == null) {
                metrics.accepted.increment();
            } else {
                metrics.unavailable.increment();
                log.debug("an event was not stored: {}", failure.toString());
                failures.set(item, failure);
            }
            ended();
        }

        void ended() {
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
                        Problem.of(503, "Kafka did not confirm the event in time; repeat it with an id of your own"));
                return;
            }
            StringBuilder body = new StringBuilder(request.array() ? "[" : "");
            boolean failed = false;
            boolean any = false;
            for (int i = 0; i < request.items().size(); i++) {
                body.append(i == 0 ? "" : ",").append(item(i));
                failed |= failures.get(i) != null;
                any |= request.items().get(i) instanceof PublishItem.Accepted;
            }
            body.append(request.array() ? "]" : "");
            if (failed) {
                response.putHeader("retry-after", RETRY_AFTER_SECONDS);
            }
            HttpResponses.json(response, failed ? 503 : any ? 202 : 400, body.toString());
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
