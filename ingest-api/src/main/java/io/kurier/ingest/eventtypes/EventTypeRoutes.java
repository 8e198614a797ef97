package io.kurier.ingest.eventtypes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.CallerSnapshot;
import io.kurier.ingest.eventtypes.schema.DataSchema;
import io.kurier.ingest.eventtypes.schema.SchemaRefusedException;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.model.EventRules;
import io.kurier.model.tenant.Role;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.schemas.EventTypeRecord;
import io.kurier.schemas.wire.RecordCodec;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/event-types}: list, show, register or replace, delete; {@code /webhooks/events} is the list by another name. */
public final class EventTypeRoutes {
    private static final String PATH = "/api/v1/event-types";
    private static final String ONE = PATH + "/:type";
    private static final String ALIAS = "/api/v1/webhooks/events";
    private static final Set<String> FIELDS = Set.of("description", "schema", "example");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_DESCRIPTION = 1_000;
    /** Of one tenant. */
    private static final int MAX_TYPES = 1_000;

    private final KurierRuntime runtime;
    private final ControlWriter writer;
    private final RecordCodec<EventTypeRecord> codec;

    public EventTypeRoutes(KurierRuntime runtime, ControlWriter writer) {
        this.runtime = runtime;
        this.writer = writer;
        this.codec = runtime.codec(EventTypeRecord.class);
    }

    /** Before the routes of webhooks, one of which would take the alias for an id. */
    public void mount(Routes routes) {
        routes.list(PATH, Role.READ, this::list);
        routes.list(ALIAS, Role.READ, this::list);
        routes.get(ONE, Role.READ, this::show);
        routes.put(ONE, Role.MANAGE, this::put);
        routes.delete(ONE, Role.MANAGE, this::delete);
    }

    private void put(RoutingContext context) {
        String type = context.pathParam("type");
        if (!EventRules.isType(type)) {
            throw Problem.field("type", type, EventRules.EXPECTED_TYPE).refused();
        }
        String tenant = HttpResponses.tenant(context);
        ObjectNode body = Json.parseObject(HttpResponses.body(context));
        CallerSnapshot standing = CallerSnapshot.of(context, runtime);
        BlockingCalls.run(context, () -> {
            // schemas take milliseconds to check
            EventTypeRecord asked = parse(tenant, type, body);
            Replacement change = new Replacement(asked, standing);
            writer.write(EventTypes.key(tenant, type), change);
            HttpResponses.json(context, change.isNew ? 201 : 200, show(asked, true));
        });
    }

    private EventTypeRecord parse(String tenant, String type, ObjectNode body) {
        JsonFields fields = JsonFields.of(body, "", FIELDS);
        String description = Objects.requireNonNullElse(fields.text("description"), "");
        if (description.length() > MAX_DESCRIPTION) {
            throw Problem.field("description", description, "expected at most " + MAX_DESCRIPTION + " characters")
                    .refused();
        }
        String schema = given(body, "schema");
        String example = given(body, "example");
        check(body, schema, example);
        long nowMs = runtime.clock().millis();
        return new EventTypeRecord(tenant, type, description, schema, example, nowMs, nowMs);
    }

    private static @Nullable String given(ObjectNode body, String name) {
        return body.hasNonNull(name) ? body.get(name).toString() : null;
    }

    private static void check(ObjectNode body, @Nullable String schema, @Nullable String example) {
        byte[] bytes = example == null ? null : example.getBytes(StandardCharsets.UTF_8);
        if (bytes != null && bytes.length > DataSchema.MAX_BYTES) {
            throw Problem.field(
                            "example", bytes.length + " bytes", "expected at most " + DataSchema.MAX_BYTES + " bytes")
                    .refused();
        }
        try {
            DataSchema made = schema == null ? null : DataSchema.of(body.get("schema"));
            Optional<DataSchema.Finding> wrong = made == null || bytes == null ? Optional.empty() : made.check(bytes);
            if (wrong.isPresent()) {
                throw Problem.field(
                                "example" + wrong.get().place(),
                                wrong.get().value(),
                                wrong.get().expected())
                        .refused();
            }
        } catch (SchemaRefusedException e) {
            throw Problem.field("schema" + e.place(), e.value(), e.expected()).refused();
        }
    }

    /** The type as asked, which keeps the time it was made. */
    private final class Replacement implements ControlWriter.Change {
        private final EventTypeRecord asked;
        private final CallerSnapshot standing;
        private boolean isNew;

        Replacement(EventTypeRecord asked, CallerSnapshot standing) {
            this.asked = asked;
            this.standing = standing;
        }

        @Override
        public byte[] decide() throws InterruptedException {
            standing.check(runtime);
            Optional<EventTypeRecord> before =
                    runtime.eventTypes().get(EventTypes.key(asked.getTenant(), asked.getType()));
            isNew = before.isEmpty();
            before.ifPresent(known -> asked.setCreatedAtMs(known.getCreatedAtMs()));
            if (isNew && of(asked.getTenant()).size() >= MAX_TYPES) {
                throw Problem.field("type", asked.getType(), "expected at most " + MAX_TYPES + " types of one tenant")
                        .refused();
            }
            return codec.encode(asked);
        }
    }

    private List<EventTypeRecord> of(String tenant) {
        return runtime.eventTypes().values().stream()
                .filter(type -> type.getTenant().equals(tenant))
                .sorted(Comparator.comparing(EventTypeRecord::getType))
                .toList();
    }

    private void list(RoutingContext context) {
        int limit = HttpResponses.limit(context);
        String after = HttpResponses.cursor(context, EventRules::isType, "");
        List<EventTypeRecord> found = of(HttpResponses.tenant(context)).stream()
                .filter(type -> type.getType().compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        found.stream().limit(limit).forEach(type -> data.add(show(type, false)));
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).getType() : null);
        HttpResponses.json(context, 200, page);
    }

    private void show(RoutingContext context) {
        HttpResponses.json(context, 200, show(find(context), true));
    }

    private EventTypeRecord find(RoutingContext context) {
        String type = context.pathParam("type");
        return runtime.eventTypes()
                .get(EventTypes.key(HttpResponses.tenant(context), type))
                .orElseThrow(() -> Problem.notFound("event type", type).refused());
    }

    private void delete(RoutingContext context) {
        EventTypeRecord type = find(context);
        String key = EventTypes.key(type.getTenant(), type.getType());
        BlockingCalls.run(context, () -> {
            writer.write(key, () -> null);
            context.response().setStatusCode(204).end();
        });
    }

    /** @param whole with what may be long: the schema itself */
    private static ObjectNode show(EventTypeRecord type, boolean whole) {
        ObjectNode json = Json.object().put("type", type.getType()).put("description", type.getDescription());
        if (whole) {
            json.set("schema", parsed(type.getJsonSchema()));
            json.set("example", parsed(type.getExample()));
        } else {
            json.put("has_schema", type.getJsonSchema() != null);
        }
        return json.put("created_at", Json.time(type.getCreatedAtMs()))
                .put("updated_at", Json.time(type.getUpdatedAtMs()));
    }

    private static @Nullable JsonNode parsed(@Nullable String json) {
        try {
            return json == null ? null : MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("it was JSON when it was registered", e);
        }
    }
}
