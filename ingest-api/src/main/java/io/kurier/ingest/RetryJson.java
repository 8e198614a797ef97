package io.kurier.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.Durations;
import io.kurier.model.RetryPolicy;
import io.kurier.model.StatusRules;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A webhook's {@code retry} as the API takes and shows it. Any thread. */
final class RetryJson {
    static final Set<String> FIELDS = Set.of(
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

    /** @throws Problem.RefusedException naming the field that is wrong */
    static RetryPolicy parse(Fields fields) {
        Double jitter = fields.number("jitter", 0, 1);
        List<String> waits = fields.texts("schedule", RetryPolicy.MAX_WAITS);
        return new RetryPolicy(
                waits == null ? growing(fields) : told(fields, waits),
                jitter == null ? RetryPolicy.STANDARD.jitter() : jitter,
                statuses(fields));
    }

    private static List<Duration> told(Fields fields, List<String> waits) {
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
                .mapToObj(i -> Fields.parse(fields.place("schedule[" + i + "]"), waits.get(i), RetryJson::wait))
                .toList();
    }

    private static List<Duration> growing(Fields fields) {
        Duration initial = fields.duration("initial_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Duration most = fields.duration("max_delay", RetryPolicy.SHORTEST_WAIT, RetryPolicy.LONGEST_WAIT);
        Double factor = fields.number("factor", 1, MAX_FACTOR);
        Integer attempts = fields.whole("max_attempts", 1, RetryPolicy.MAX_WAITS + 1);
        List<Duration> standard = RetryPolicy.STANDARD.schedule();
        int waits = attempts == null ? standard.size() : attempts - 1;
        if (initial != null) {
            return RetryPolicy.growing(
                    initial,
                    factor == null ? DEFAULT_FACTOR : factor,
                    most == null ? RetryPolicy.LONGEST_WAIT : most,
                    waits);
        }
        if (most != null || factor != null || waits > standard.size()) {
            throw fields.wrong("initial_delay", "expected the first wait, such as 1s")
                    .refused();
        }
        return standard.subList(0, waits);
    }

    private static StatusRules statuses(Fields fields) {
        List<String> success = fields.statuses("success");
        List<String> retryOn = fields.statuses("retry_on");
        List<String> giveUpOn = fields.statuses("give_up_on");
        return new StatusRules(
                success == null ? List.of() : success,
                retryOn == null ? List.of() : retryOn,
                giveUpOn == null ? StatusRules.STANDARD.giveUpOn() : giveUpOn);
    }

    private static Duration wait(String text) {
        Duration wait = Durations.parse(text);
        if (wait.compareTo(RetryPolicy.SHORTEST_WAIT) < 0 || wait.compareTo(RetryPolicy.LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("expected " + Durations.format(RetryPolicy.SHORTEST_WAIT) + " to "
                    + Durations.format(RetryPolicy.LONGEST_WAIT));
        }
        return wait;
    }

    static ObjectNode show(RetryPolicy policy) {
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
