package io.kurier.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run as a table and as one line of JSON, and whether it passed. What was not measured is null.
 *
 * @param limit the bare relay
 * @param kurier Kurier
 */
record Report(
        Settings settings,
        @Nullable Figures limit,
        @Nullable Figures kurier) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether nothing was lost, doubled, left open or signed wrong, by either subject. */
    boolean passed() {
        return (limit == null || limit.counts().areClean())
                && (kurier == null || kurier.counts().areClean());
    }

    String json() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("deliveries_per_second", number(kurier, Figures::deliveriesPerSecond, 1));
        fields.put("limit_per_second", number(limit, Figures::deliveriesPerSecond, 1));
        fields.put("ratio", limit == null || kurier == null ? null : rounded(ratio(kurier, limit), 4));
        fields.put("p50_ms", number(kurier, figures -> figures.latencyMs(50), 3));
        fields.put("p99_ms", number(kurier, figures -> figures.latencyMs(99), 3));
        fields.put("cpu_us_per_delivery", number(kurier, Figures::targetMicros, 2));
        putCounts(fields, "", kurier);
        fields.put("limit_p50_ms", number(limit, figures -> figures.latencyMs(50), 3));
        fields.put("limit_p99_ms", number(limit, figures -> figures.latencyMs(99), 3));
        fields.put("limit_cpu_us_per_delivery", number(limit, Figures::targetMicros, 2));
        putCounts(fields, "limit_", limit);
        fields.put("bench_cpu_us_per_delivery", number(kurier, Figures::benchMicros, 2));
        fields.put("limit_bench_cpu_us_per_delivery", number(limit, Figures::benchMicros, 2));
        fields.put("others_cpu_share", number(kurier, Figures::othersShare, 3));
        fields.put("limit_others_cpu_share", number(limit, Figures::othersShare, 3));
        fields.put("seconds", settings.seconds());
        fields.put("payload_bytes", settings.payloadBytes());
        fields.put("connections", settings.connections());
        fields.put("max_outstanding", settings.maxOutstanding());
        fields.put("java", System.getProperty("java.version"));
        fields.put("cpus", Runtime.getRuntime().availableProcessors());
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report is no JSON", e);
        }
    }

    String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%-26s %12s %12s%n", "", "bare limit", "Kurier"));
        row(table, "deliveries per second", "%,12.0f", Figures::deliveriesPerSecond);
        row(table, "p50 ms at 30 % load", "%12.2f", figures -> figures.latencyMs(50));
        row(table, "p99 ms at 30 % load", "%12.2f", figures -> figures.latencyMs(99));
        row(table, "CPU us per delivery", "%12.1f", Figures::targetMicros);
        row(table, "% of CPUs used by others", "%12.0f", figures -> 100 * figures.othersShare());
        row(table, "accepted", "%,12.0f", figures -> figures.counts().accepted());
        row(table, "lost", "%,12.0f", figures -> figures.counts().lost());
        row(table, "duplicates", "%,12.0f", figures -> figures.counts().duplicates());
        if (limit != null && kurier != null) {
            table.append(String.format(
                    Locale.ROOT, "Kurier delivers %.1f %% of the bare limit%n", 100 * ratio(kurier, limit)));
        }
        return table.toString();
    }

    private void row(StringBuilder table, String name, String format, ToDoubleFunction<Figures> value) {
        table.append(String.format(
                Locale.ROOT, "%-26s %s %s%n", name, cell(limit, format, value), cell(kurier, format, value)));
    }

    private static String cell(@Nullable Figures figures, String format, ToDoubleFunction<Figures> value) {
        return figures == null
                ? " ".repeat(11) + "-"
                : String.format(Locale.ROOT, format, value.applyAsDouble(figures));
    }

    private static void putCounts(Map<String, @Nullable Object> fields, String prefix, @Nullable Figures figures) {
        Figures.@Nullable Counts counts = figures == null ? null : figures.counts();
        fields.put(prefix + "accepted", counts == null ? null : counts.accepted());
        fields.put(prefix + "lost", counts == null ? null : counts.lost());
        fields.put(prefix + "duplicates", counts == null ? null : counts.duplicates());
        fields.put(prefix + "unexpected", counts == null ? null : counts.unexpected());
        fields.put(prefix + "refused", counts == null ? null : counts.refused());
        fields.put(prefix + "bad_signatures", counts == null ? null : counts.badSignatures());
        if (prefix.isEmpty()) {
            fields.put("unrecorded", counts == null ? null : counts.unrecorded());
            fields.put("lag", counts == null ? null : counts.lag());
        }
    }

    private static @Nullable BigDecimal number(
            @Nullable Figures figures, ToDoubleFunction<Figures> value, int decimals) {
        return figures == null ? null : rounded(value.applyAsDouble(figures), decimals);
    }

    private static BigDecimal rounded(double value, int decimals) {
        return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    }

    private static double ratio(Figures kurier, Figures limit) {
        return kurier.deliveriesPerSecond() / limit.deliveriesPerSecond();
    }
}
