package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.Durations;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** JSON of the field {@code retry}. Any thread. */
public final class RetryJson {
    public static final Set<String> FIELDS = Set.of(
            "schedule",
            "initial_delay",
            "factor",
            "max_delay",
            "max_attempts",
            "jitter",
            "success",
            "retry_on",
            "give_up_on");
    private static final int MAX_FACTOR = 100;
    private static final int DEFAULT_FACTOR = 2;

    private RetryJson() {}

    /**
     * @param before the policy for fields that the request does not name
     * @param defaults the policy for fields that are null
     * @throws Problem.RefusedException naming the invalid field
     */
    public static RetryPolicy parse(JsonFields fields, RetryPolicy before, RetryPolicy defaults) {
        Double jitter = fields.number("jitter", 0, 1);
        return new RetryPolicy(
                waits(fields, before, defaults),
                jitter != null ? jitter : fields.isGiven("jitter") ? defaults.jitter() : before.jitter(),
                statuses(fields, before.statuses(), defaults.statuses()));
    }

    private static List<Duration> waits(JsonFields fields, RetryPolicy before, RetryPolicy defaults) {
        List<String> waits = fields.strings("schedule", RetryPolicy.MAX_WAITS);
        if (waits != null) {
            return explicit(fields, waits);
        }
        boolean isReset =
                Stream.of("schedule", "initial_delay", "factor", "max_delay").anyMatch(fields::isGiven);
        return growing(fields, (isReset ? defaults : before).schedule());
    }

    private static List<Duration> explicit(JsonFields fields, List<String> waits) {
        for (String other : List.of("initial_delay", "factor", "max_delay")) {
            if (fields.has(other)) {
                throw fields.problem(other, "expected either " + other + " or a schedule, not both")
                        .refused();
            }
        }
        Integer attempts = fields.integer("max_attempts", 1, RetryPolicy.MAX_WAITS + 1);
        if (attempts != null && attempts != waits.size() + 1) {
            throw fields.problem(
                            "max_attempts",
                            "expected " + (waits.size() + 1) + ", since the schedule has " + waits.size()
                                    + " waits; leave max_attempts out")
                    .refused();
        }
        return IntStream.range(0, waits.size())
                .mapToObj(i -> JsonFields.parse(fields.path("schedule[" + i + "]"), waits.get(i), RetryJson::wait))
                .toList();
    }

    /** @param fallback the waits if the request has no {@code initial_delay}; {@code max_attempts} may shorten them */
    private static List<Duration> growing(JsonFields fields, List<Duration> fallback) {
        Duration initial = fields.duration("initial_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Duration max = fields.duration("max_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Double factor = fields.number("factor", 1, MAX_FACTOR);
        Integer attempts = fields.integer("max_attempts", 1, RetryPolicy.MAX_WAITS + 1);
        int standard = RetryPolicy.STANDARD.schedule().size();
        if (initial != null) {
            if (max != null && max.compareTo(initial) < 0) {
                throw fields.problem(
                                "max_delay", "expected at least initial_delay, which is " + Durations.format(initial))
                        .refused();
            }
            return RetryPolicy.growing(
                    initial,
                    factor == null ? DEFAULT_FACTOR : factor,
                    max == null ? RetryPolicy.LONGEST_WAIT : max,
                    attempts == null ? standard : attempts - 1);
        }
        int waits = attempts == null ? fallback.size() : attempts - 1;
        if (max != null || factor != null || waits > fallback.size()) {
            String cause = max != null
                    ? "max_delay is set"
                    : factor != null ? "factor is set" : "max_attempts is more than the schedule has";
            throw Problem.missing(fields.path("initial_delay"), "expected the first wait, such as 1s, because " + cause)
                    .refused();
        }
        return fallback.subList(0, waits);
    }

    private static StatusRules statuses(JsonFields fields, StatusRules before, StatusRules defaults) {
        return new StatusRules(
                statuses(fields, "success", 1, before.success(), defaults.success()),
                statuses(fields, "retry_on", 1, before.retryOn(), defaults.retryOn()),
                statuses(fields, "give_up_on", 0, before.giveUpOn(), defaults.giveUpOn()));
    }

    private static List<String> statuses(
            JsonFields fields, String name, int minItems, List<String> before, List<String> defaults) {
        List<String> given =
                fields.scalars(name, StatusRules.MAX_STATUSES, "statuses such as 429 or 5xx", StatusRules::check);
        if (given != null && given.size() < minItems) {
            throw fields.problem(name, "expected at least one status, or null for the default")
                    .refused();
        }
        return given != null ? given : fields.isGiven(name) ? defaults : before;
    }

    private static Duration wait(String text) {
        Duration wait = Durations.parse(text);
        if (wait.compareTo(RetryPolicy.SHORTEST_WAIT) < 0 || wait.compareTo(RetryPolicy.LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("expected " + Durations.format(RetryPolicy.SHORTEST_WAIT) + " to "
                    + Durations.format(RetryPolicy.LONGEST_WAIT));
        }
        return wait;
    }

    public static ObjectNode show(RetryPolicy policy) {
        ObjectNode json = Json.object();
        ArrayNode schedule = json.putArray("schedule");
        policy.schedule().forEach(wait -> schedule.add(Durations.format(wait)));
        json.put("jitter", policy.jitter()).put("max_attempts", policy.maxAttempts());
        put(json, "success", policy.statuses().success());
        put(json, "retry_on", policy.statuses().retryOn());
        ArrayNode giveUpOn = json.putArray("give_up_on");
        policy.statuses().giveUpOn().forEach(giveUpOn::add);
        return json;
    }

    private static void put(ObjectNode json, String name, List<String> statuses) {
        if (!statuses.isEmpty()) {
            ArrayNode array = json.putArray(name);
            statuses.forEach(array::add);
        }
    }
}
