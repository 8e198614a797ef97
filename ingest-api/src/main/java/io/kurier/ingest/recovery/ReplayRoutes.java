package io.kurier.ingest.recovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Role;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/replays}: orders a replay, lists replays, shows the progress of one. A retry scheduler runs them, and
 * removes finished ones after {@code KURIER_REPLAYS_KEPT}.
 */
public final class ReplayRoutes {
    private static final String PATH = "/api/v1/replays";
    private static final Set<String> FIELDS = Set.of("from", "filter", "rate_per_second", "dry_run");
    private static final Set<String> FILTER_FIELDS = Set.of("webhook_id", "type", "reason", "since", "until", "ids");
    private static final Map<String, ReplayFrom> FROM =
            Map.of("dead_letters", ReplayFrom.DEAD_LETTERS, "held", ReplayFrom.HELD);
    private static final int MAX_IDS = 1_000;

    private final KurierRuntime runtime;
    private final ReplayOrders orders;
    private final double defaultRate;

    public ReplayRoutes(KurierRuntime runtime, ReplayOrders orders, double defaultRate) {
        this.runtime = runtime;
        this.orders = orders;
        this.defaultRate = defaultRate;
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.MANAGE, this::order);
        routes.list(PATH, Role.READ, this::list);
        routes.get(PATH + "/:id", Role.READ, this::show);
    }

    private void order(RoutingContext context) {
        ReplayOrder order = parse(context, runtime.clock().millis());
        BlockingCalls.run(context, () -> {
            String id = orders.write(order);
            context.response().putHeader("location", PATH + "/" + id);
            HttpResponses.json(context, 202, show(id, order, progress(id)));
        });
    }

    private ReplayOrder parse(RoutingContext context, long nowMs) {
        JsonFields fields = JsonFields.of(Json.parseObject(HttpResponses.body(context)), "", FIELDS);
        String from = Objects.requireNonNullElse(fields.text("from"), "dead_letters");
        if (!FROM.containsKey(from)) {
            throw Problem.field("from", from, "expected dead_letters or held").refused();
        }
        Double rate = fields.number("rate_per_second", 0.01, 100_000);
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant(HttpResponses.tenant(context))
                .setFrom(FROM.get(from))
                .setRatePerSecond(rate == null ? defaultRate : rate)
                .setDryRun(fields.flag("dry_run"))
                .setCreatedAtMs(nowMs)
                .build();
        JsonFields filter = fields.object("filter", FILTER_FIELDS);
        if (filter != null) {
            List<String> ids = filter.texts("ids", MAX_IDS);
            if (ids != null && ids.isEmpty()) {
                // a list that came out empty must not mean everything
                throw filter.wrong("ids", "expected at least one id, or no ids for all")
                        .refused();
            }
            order.setWebhookId(filter.text("webhook_id"));
            order.setType(filter.text("type"));
            order.setReason(filter.text("reason"));
            order.setSinceMs(HttpResponses.time("filter.since", filter.text("since")));
            order.setUntilMs(HttpResponses.time("filter.until", filter.text("until")));
            order.setIds(ids == null ? List.of() : ids);
        }
        return order;
    }

    private void list(RoutingContext context) {
        String tenant = HttpResponses.tenant(context);
        int limit = HttpResponses.limit(context);
        String before = HttpResponses.cursor(context, Ids::isReplay, "~");
        List<ReplayRecord> found = runtime.replays().values().stream()
                .filter(replay -> replay.getOrder() != null
                        && replay.getOrder().getTenant().equals(tenant))
                .filter(replay -> replay.getId().compareTo(before) < 0)
                .sorted(Comparator.comparing(ReplayRecord::getId).reversed())
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        for (ReplayRecord replay : found.subList(0, Math.min(limit, found.size()))) {
            ReplayProgress progress = progress(replay.getId());
            if (progress != null || runtime.replays().get(replay.getId()).isPresent()) {
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
        String tenant = HttpResponses.tenant(context);
        // before the order: a removal deletes the order first, and without progress it would look pending
        ReplayProgress progress = progress(id);
        ReplayOrder order = runtime.replays()
                .get(id)
                .map(ReplayRecord::getOrder)
                .filter(found -> found.getTenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("replay", id).refused());
        HttpResponses.json(context, 200, show(id, order, progress));
    }

    private @Nullable ReplayProgress progress(String id) {
        return runtime.replays()
                .get(ReplayKeys.progress(id))
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
