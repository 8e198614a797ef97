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

/** A webhook's {@code retry} as the API takes and shows it. Any thread. */
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
     * What the fields say, or the default where they say null; the rest is as before.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    public static RetryPolicy parse(JsonFields fields, RetryPolicy before, RetryPolicy defaults) {
        Double jitter = fields.number("jitter", 0, 1);
        return new RetryPolicy(
                waits(fields, before, defaults),
                jitter != null ? jitter : fields.isGiven("jitter") ? defaults.jitter() : before.jitter(),
                statuses(fields, before.statuses(), defaults.statuses()));
    }

    private static List<Duration> waits(JsonFields fields, RetryPolicy before, RetryPolicy defaults) {
        List<String> waits = fields.texts("schedule", RetryPolicy.MAX_WAITS);
        if (waits != null) {
            return told(fields, waits);
        }
        boolean isReset =
                Stream.of("schedule", "initial_delay", "factor", "max_delay").anyMatch(fields::isGiven);
        return growing(fields, (isReset ? defaults : before).schedule());
    }

    private static List<Duration> told(JsonFields fields, List<String> waits) {
        for (String other : List.of("initial_delay", "factor", "max_delay")) {
            if (fields.has(other)) {
                throw fields.wrong(other, "expected either it or a schedule, not both")
                        .refused();
            }
        }
        Integer attempts = fields.whole("max_attempts", 1, RetryPolicy.MAX_WAITS + 1);
        if (attempts != null && attempts != waits.size() + 1) {
            throw fields.wrong("max_attempts", "expected " + (waits.size() + 1) + ", as the schedule gives, or none")
                    .refused();
        }
        return IntStream.range(0, waits.size())
                .mapToObj(i -> JsonFields.parse(fields.place("schedule[" + i + "]"), waits.get(i), RetryJson::wait))
                .toList();
    }

    /** @param otherwise the waits when none is given, of which {@code max_attempts} may leave fewer */
    private static List<Duration> growing(JsonFields fields, List<Duration> otherwise) {
        Duration initial = fields.duration("initial_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Duration most = fields.duration("max_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Double factor = fields.number("factor", 1, MAX_FACTOR);
        Integer attempts = fields.whole("max_attempts", 1, RetryPolicy.MAX_WAITS + 1);
        int standard = RetryPolicy.STANDARD.schedule().size();
        if (initial != null) {
            if (most != null && most.compareTo(initial) < 0) {
                throw fields.wrongText(
                                "max_delay",
                                "expected no less than initial_delay, which is " + Durations.format(initial))
                        .refused();
            }
            return RetryPolicy.growing(
                    initial,
                    factor == null ? DEFAULT_FACTOR : factor,
                    most == null ? RetryPolicy.LONGEST_WAIT : most,
                    attempts == null ? standard : attempts - 1);
        }
        int waits = attempts == null ? otherwise.size() : attempts - 1;
        if (most != null || factor != null || waits > otherwise.size()) {
            throw fields.wrong("initial_delay", "expected the first wait, such as 1s")
                    .refused();
        }
        return otherwise.subList(0, waits);
    }

    private static StatusRules statuses(JsonFields fields, StatusRules before, StatusRules defaults) {
        return new StatusRules(
                statuses(fields, "success", 1, before.success(), defaults.success()),
                statuses(fields, "retry_on", 1, before.retryOn(), defaults.retryOn()),
                statuses(fields, "give_up_on", 0, before.giveUpOn(), defaults.giveUpOn()));
    }

    private static List<String> statuses(
            JsonFields fields, String name, int least, List<String> before, List<String> defaults) {
        List<String> given = fields.statuses(name);
        if (given != null && given.size() < least) {
            throw fields.wrong(name, "expected at least one status, or null for the default")
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
