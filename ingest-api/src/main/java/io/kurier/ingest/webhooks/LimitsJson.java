package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.Durations;
import io.kurier.model.EventRules;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How much a webhook takes, as the API takes and shows it: {@code rate_limit}, {@code max_in_flight}, {@code throttle}. Any thread. */
public final class LimitsJson {
    private static final Set<String> RATE_FIELDS = Set.of("limit", "per");

    private LimitsJson() {}

    /** @param standard the tenant's rate, for webhooks that want the default */
    static DeliveryLimits pace(JsonFields fields, DeliveryLimits before, @Nullable RateLimit standard) {
        Integer maxInFlight = fields.whole("max_in_flight", 1, DeliveryLimits.MOST_IN_FLIGHT);
        RateLimit rate = rate(fields);
        return new DeliveryLimits(
                fields.isGiven("max_in_flight") ? Objects.requireNonNullElse(maxInFlight, 0) : before.maxInFlight(),
                fields.isGiven("rate_limit") ? (rate == null ? standard : rate) : before.rate());
    }

    /** The field {@code rate_limit} of these; null when it is not there. */
    public static @Nullable RateLimit rate(JsonFields fields) {
        return limit(fields.object("rate_limit", RATE_FIELDS));
    }

    private static @Nullable RateLimit limit(@Nullable JsonFields fields) {
        if (fields == null) {
            return null;
        }
        Integer limit = fields.whole("limit", 1, RateLimit.MAX_LIMIT);
        Duration per = fields.duration("per", RateLimit.SHORTEST, RateLimit.LONGEST);
        if (limit == null) {
            throw fields.wrong("limit", "expected a number of attempts").refused();
        }
        if (per == null) {
            throw fields.wrong("per", "expected a window such as 60s").refused();
        }
        return new RateLimit(limit, per);
    }

    static Throttle throttle(JsonFields fields) {
        JsonFields given = fields.map("throttle");
        if (given == null) {
            return Throttle.NONE;
        }
        List<String> types = given.names();
        if (types.size() > Throttle.MAX_TYPES) {
            throw Problem.field("throttle", types.size() + " types", "expected at most " + Throttle.MAX_TYPES)
                    .refused();
        }
        Map<String, Duration> intervals = new LinkedHashMap<>();
        for (String type : types) {
            if (!EventRules.isType(type)) {
                throw Problem.field("throttle", type, "expected an event type such as download.progress")
                        .refused();
            }
            Duration interval = given.duration(type, Throttle.SHORTEST, Throttle.LONGEST);
            if (interval == null) {
                throw given.wrong(type, "expected an interval such as 1s").refused();
            }
            intervals.put(type, interval);
        }
        return new Throttle(intervals);
    }

    public static ObjectNode show(RateLimit rate) {
        return Json.object().put("limit", rate.limit()).put("per", Durations.format(rate.per()));
    }

    public static void show(ObjectNode json, Webhook webhook) {
        RateLimit rate = webhook.pace().rate();
        if (rate != null) {
            json.set("rate_limit", show(rate));
        }
        if (webhook.pace().maxInFlight() > 0) {
            json.put("max_in_flight", webhook.pace().maxInFlight());
        }
        if (!webhook.throttle().intervals().isEmpty()) {
            ObjectNode throttle = json.putObject("throttle");
            new TreeMap<>(webhook.throttle().intervals())
                    .forEach((type, interval) -> throttle.put(type, Durations.format(interval)));
        }
    }
}
