package io.kurier.ingest.recovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Role;
import io.kurier.runtime.control.ControlTable;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/replays}: creates, lists and shows replays. The retry scheduler runs them, and
 * removes finished ones after {@code KURIER_REPLAYS_KEPT}.
 */
public final class ReplayRoutes {
    private static final String PATH = "/api/v1/replays";
    private static final Set<String> FIELDS = Set.of("from", "filter", "rate_per_second", "dry_run");
    private static final Set<String> FILTER_FIELDS = Set.of("webhook_id", "type", "reason", "since", "until", "ids");
    private static final Map<String, ReplayFrom> FROM =
            Map.of("dead_letters", ReplayFrom.DEAD_LETTERS, "held", ReplayFrom.HELD);
    private static final int MAX_IDS = 1_000;

    private final ControlTable<ReplayRecord> replays;
    private final ReplayOrders orders;
    private final InstantSource clock;
    private final double defaultRate;

    public ReplayRoutes(
            ControlTable<ReplayRecord> replays, ReplayOrders orders, InstantSource clock, double defaultRate) {
        this.replays = replays;
        this.orders = orders;
        this.clock = clock;
        this.defaultRate = defaultRate;
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.MANAGE, this::order);
        routes.list(PATH, Role.READ, this::list);
        routes.get(PATH + "/:id", Role.READ, this::show);
    }

    private void order(RoutingContext context) {
        ReplayOrder order = parse(context, clock.millis());
        BlockingCalls.run(context, () -> {
            String id = orders.write(order);
            context.response().putHeader("location", PATH + "/" + id);
            HttpResponses.json(context, 202, show(id, order, progress(id)));
        });
    }

    private ReplayOrder parse(RoutingContext context, long nowMs) {
        JsonFields fields = JsonFields.of(Json.parseObject(RequestBody.required(context)), "", FIELDS);
        String from = Objects.requireNonNullElse(fields.string("from"), "dead_letters");
        if (!FROM.containsKey(from)) {
            throw Problem.field("from", from, "expected dead_letters or held").refused();
        }
        Double rate = fields.number("rate_per_second", 0.01, 100_000);
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant(RequestParams.tenant(context))
                .setFrom(FROM.get(from))
                .setRatePerSecond(rate == null ? defaultRate : rate)
                .setDryRun(fields.flag("dry_run"))
                .setCreatedAtMs(nowMs)
                .build();
        JsonFields filter = fields.object("filter", FILTER_FIELDS);
        if (filter != null) {
            List<String> ids = filter.strings("ids", MAX_IDS);
            if (ids != null && ids.isEmpty()) {
                // a client whose list of ids is empty by mistake must not replay everything
                throw filter.problem("ids", "expected at least one id; leave ids out to replay all")
                        .refused();
            }
            order.setWebhookId(filter.string("webhook_id"));
            order.setType(filter.string("type"));
            order.setReason(filter.string("reason"));
            order.setSinceMs(RequestParams.time("filter.since", filter.string("since")));
            order.setUntilMs(RequestParams.time("filter.until", filter.string("until")));
            order.setIds(ids == null ? List.of() : ids);
        }
        return order;
    }

    private void list(RoutingContext context) {
        String tenant = RequestParams.tenant(context);
        int limit = RequestParams.limit(context);
        String before = RequestParams.cursor(context, Ids::isReplay, "~");
        List<ReplayRecord> found = replays.values().stream()
                .filter(replay -> replay.getOrder() != null
                        && replay.getOrder().getTenant().equals(tenant))
                .filter(replay -> replay.getId().compareTo(before) < 0)
                .sorted(Comparator.comparing(ReplayRecord::getId).reversed())
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        for (ReplayRecord replay : found.subList(0, Math.min(limit, found.size()))) {
            ReplayProgress progress = progress(replay.getId());
            if (progress != null || replays.get(replay.getId()).isPresent()) {
                data.add(show(replay.getId(), replay.getOrder(), progress));
            }
        }
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).getId() : null);
        HttpResponses.json(context, 200, page);
    }

    private void show(RoutingContext context) {
        String id = context.pathParam("id");
        String tenant = RequestParams.tenant(context);
        // before the order: a removal deletes the order first, and without progress it would look pending
        ReplayProgress progress = progress(id);
        ReplayOrder order = replays.get(id)
                .map(ReplayRecord::getOrder)
                .filter(found -> found.getTenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("replay", id).refused());
        HttpResponses.json(context, 200, show(id, order, progress));
    }

    private @Nullable ReplayProgress progress(String id) {
        return replays.get(ReplayKeys.progress(id))
                .map(ReplayRecord::getProgress)
                .orElse(null);
    }

    private static ObjectNode show(String id, ReplayOrder order, @Nullable ReplayProgress progress) {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("from", order.getFrom().name().toLowerCase(Locale.ROOT))
                .put(
                        "state",
                        progress == null
                                ? "pending"
                                : progress.getState().name().toLowerCase(Locale.ROOT))
                .put("total", progress == null ? null : progress.getTotal())
                .put("done", progress == null ? 0 : progress.getDone())
                .put("rate_per_second", order.getRatePerSecond())
                .put("dry_run", order.getDryRun())
                .put("created_at", Json.time(order.getCreatedAtMs()));
        json.set("filter", filter(order));
        if (progress != null) {
            json.put("updated_at", Json.time(progress.getUpdatedAtMs()));
        }
        return json;
    }

    private static ObjectNode filter(ReplayOrder order) {
        ObjectNode filter = Json.object();
        put(filter, "webhook_id", order.getWebhookId());
        put(filter, "type", order.getType());
        put(filter, "reason", order.getReason());
        put(filter, "since", order.getSinceMs() == null ? null : Json.time(order.getSinceMs()));
        put(filter, "until", order.getUntilMs() == null ? null : Json.time(order.getUntilMs()));
        if (!order.getIds().isEmpty()) {
            order.getIds().forEach(filter.putArray("ids")::add);
        }
        return filter;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
