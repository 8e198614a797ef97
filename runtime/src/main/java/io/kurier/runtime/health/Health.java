package io.kurier.runtime.health;

import java.util.List;
import java.util.function.Supplier;

/** The answer of {@code /health/ready}. Any thread. */
public final class Health {
    private final Supplier<List<Check>> checks;

    public Health(Supplier<List<Check>> checks) {
        this.checks = checks;
    }

    /**
     * The result of all checks at one moment.
     *
     * @param ok whether all of them hold
     * @param json an object with {@code status} and {@code checks}
     */
    public record Report(boolean ok, String json) {}

    /** Runs all checks. */
    public Report look() {
        List<Check> found = checks.get();
        boolean ok = found.stream().allMatch(Check::ok);
        StringBuilder json = new StringBuilder("{\"status\":\"")
                .append(ok ? "ok" : "failing")
                .append("\",\"checks\":[");
        for (int i = 0; i < found.size(); i++) {
            Check check = found.get(i);
            json.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"")
                    .append(check.name())
                    .append("\",\"ok\":")
                    .append(check.ok())
                    .append(",\"detail\":\"")
                    .append(check.detail().replaceAll("[\\\\\"\\p{Cntrl}]", " "))
                    .append("\"}");
        }
        return new Report(ok, json.append("]}").toString());
    }
}
