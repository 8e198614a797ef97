package io.kurier.ingest.recovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.deliverylog.QuarantineView;
import io.kurier.deliverylog.QuarantinedRecord;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import io.kurier.runtime.kafka.Quarantine;
import io.kurier.schemas.topics.TopicCatalog;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/v1/quarantine}: lists quarantined records of all tenants, newest first; shows one with its content; puts one
 * back into its topic. {@code /api/v1/errors}: lists the records of one tenant, without their content.
 */
public final class QuarantineRoutes {
    private static final Logger log = LoggerFactory.getLogger(QuarantineRoutes.class);
    private static final String PATH = "/api/v1/quarantine";

    private final TopicCatalog topics;
    private final QuarantineView view;
    private final QuarantineRequeue requeue;

    public QuarantineRoutes(TopicCatalog topics, QuarantineView view, QuarantineRequeue requeue) {
        this.topics = topics;
        this.view = view;
        this.requeue = requeue;
    }

    public void mount(Routes routes) {
        routes.list(PATH, Role.OPERATOR, context -> list(context, filter(context)), "topic", "requeued");
        routes.get(PATH + "/:id", Role.OPERATOR, this::show);
        routes.post(PATH + "/:id/requeue", Role.OPERATOR, this::putBack);
        routes.list("/api/v1/errors", Role.READ, context -> {
            String tenant = RequestParams.tenant(context);
            list(context, record -> tenant.equals(record.tenant()));
        });
    }

    private static Predicate<QuarantinedRecord> filter(RoutingContext context) {
        String topic = context.request().getParam("topic");
        String requeued = context.request().getParam("requeued");
        if (requeued != null && !requeued.equals("true") && !requeued.equals("false")) {
            throw Problem.field("requeued", requeued, "expected true or false").refused();
        }
        return record -> (topic == null || topic.equals(record.origin().topic()))
                && (requeued == null || requeued.equals("true") == (record.requeuedAtMs() != null));
    }

    private void list(RoutingContext context, Predicate<QuarantinedRecord> filter) {
        String cursor = context.request().getParam("cursor");
        QuarantineView.Page page =
                view.list(filter, cursor == null ? null : cursor(cursor), RequestParams.limit(context));
        ArrayNode data = Json.array();
        page.records().forEach(record -> data.add(show(record)));
        ObjectNode json = Json.object();
        json.set("data", data);
        json.put("next_cursor", page.next() == null ? null : page.next().toString());
        HttpResponses.json(context, 200, json);
    }

    private static long cursor(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw RequestParams.invalidCursor(text);
        }
    }

    private static ObjectNode show(QuarantinedRecord record) {
        Quarantine.Origin origin = record.origin();
        Long requeuedAtMs = record.requeuedAtMs();
        return Json.object()
                .put("id", record.id())
                .put("reason", origin.why())
                .put("topic", origin.topic())
                .put("partition", origin.partition())
                .put("offset", origin.offset())
                .put("tenant", record.tenant())
                .put("bytes", record.bytes())
                .put("too_large", origin.tooLarge())
                .put("quarantined_at", Json.time(record.keptAtMs()))
                .put("requeued_at", requeuedAtMs == null ? null : Json.time(requeuedAtMs));
    }

    private QuarantinedRecord found(RoutingContext context) {
        String id = context.pathParam("id");
        try {
            return view.get(QuarantinedRecord.offset(id)).orElseThrow(() -> Problem.notFound("quarantined record", id)
                    .refused());
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("quarantined record", id).refused();
        }
    }

    private ConsumerRecord<byte[], byte[]> kept(QuarantinedRecord found) {
        return requeue.read(found.offset()).orElseThrow(() -> Problem.notFound("quarantined record", found.id())
                .refused());
    }

    private void show(RoutingContext context) {
        QuarantinedRecord found = found(context);
        run(context, () -> HttpResponses.json(context, 200, whole(found, kept(found))));
    }

    private static ObjectNode whole(QuarantinedRecord found, ConsumerRecord<byte[], byte[]> kept) {
        ObjectNode json = show(found);
        Quarantine.origin(kept).ifPresent(origin -> {
            json.put("reason", origin.why());
            ArrayNode headers = json.putArray("headers");
            Header[] all = kept.headers().toArray();
            for (int i = 0; i < origin.ownHeaders(); i++) {
                put(headers.addObject().put("name", all[i].key()), "value", all[i].value());
            }
        });
        put(json, "key", kept.key());
        put(json, "value", kept.value());
        return json;
    }

    /** Adds the bytes as base64, and as text if they are UTF-8. */
    private static void put(ObjectNode json, String name, byte @Nullable [] bytes) {
        json.put(name + "_base64", bytes == null ? null : Base64.getEncoder().encodeToString(bytes));
        if (bytes != null) {
            try {
                json.put(
                        name + "_text",
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes))
                                .toString());
            } catch (CharacterCodingException e) {
                // not UTF-8: base64 only
            }
        }
    }

    private void putBack(RoutingContext context) {
        RequestBody.optionalFields(context, Set.of());
        QuarantinedRecord found = found(context);
        if (found.origin().tooLarge()) {
            throw Problem.of(
                            409,
                            "record " + found.id() + " cannot be put back: its value was too large to be kept."
                                    + " Publish the event again")
                    .refused();
        }
        if (!topics.has(found.origin().topic())) {
            throw Problem.of(
                            409,
                            "record " + found.id() + " cannot be put back: its topic "
                                    + found.origin().topic() + " is not configured any more")
                    .refused();
        }
        run(context, () -> {
            ConsumerRecord<byte[], byte[]> kept = kept(found);
            if (!requeue.requeue(kept, Quarantine.origin(kept).orElse(found.origin()))) {
                throw Problem.of(409, "record " + found.id() + " has already been put back")
                        .refused();
            }
            HttpResponses.json(context, 202, Json.object().put("id", found.id()).put("status", "requeued"));
        });
    }

    private static void run(RoutingContext context, BlockingCalls.Change change) {
        BlockingCalls.run(context, () -> {
            try {
                change.run();
            } catch (KafkaException e) {
                log.warn(
                        "Reading or putting back a quarantined record failed; the request got a 503: {}", e.toString());
                throw Problem.of(
                                503,
                                "Kafka did not answer in time. GET /api/v1/quarantine shows in requeued_at whether the record"
                                        + " was put back; repeat the request if it was not")
                        .refused();
            }
        });
    }
}
