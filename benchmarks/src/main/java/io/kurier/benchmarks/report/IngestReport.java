package io.kurier.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.measure.Window;
import io.kurier.benchmarks.options.BenchSettings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast events are accepted, beside a server that only answers. What was not measured is null.
 *
 * @param limit the bare server, one event a request
 * @param few Kurier with ten webhooks, where more were asked for
 * @param kurier Kurier
 */
public record IngestReport(
        BenchSettings settings,
        @Nullable IngestRate limit,
        @Nullable KurierRates few,
        @Nullable KurierRates kurier) implements Result {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was measured of one Kurier.
     *
     * @param singles one event a request
     * @param batches a hundred events a request
     * @param stored events in the topic in the end
     */
    public record KurierRates(IngestRate singles, @Nullable IngestRate batches, long stored) {
        long accepted() {
            return singles.accepted() + (batches == null ? 0 : batches.accepted());
        }

        /** Events answered with 202 that are not in the topic. */
        long lost() {
            return Math.max(0, accepted() - stored);
        }

        private boolean isClean() {
            long refused = singles.refused() + (batches == null ? 0 : batches.refused());
            // what was answered with 503 may be stored all the same
            return lost() == 0 && (refused > 0 || stored == accepted());
        }
    }

    @Override
    public boolean passed() {
        return (kurier == null || kurier.isClean()) && (few == null || few.isClean());
    }

    /** Single events a second as a part of the bare server's. */
    @Nullable
    Double ratio() {
        return limit == null || kurier == null ? null : kurier.singles().perSecond() / limit.perSecond();
    }

    /** Events a second in batches as a multiple of single ones. */
    @Nullable
    Double batchRatio() {
        return kurier == null || kurier.batches() == null
                ? null
                : kurier.batches().perSecond() / kurier.singles().perSecond();
    }

    /** Single events a second with many webhooks as a part of those with ten. */
    @Nullable
    Double webhooksRatio() {
        return kurier == null || few == null
                ? null
                : kurier.singles().perSecond() / few.singles().perSecond();
    }

    @Override
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%-36s %14s %14s %10s%n", "", "events/s", "CPU us/event", "refused"));
        row(table, "bare server, one event a request", limit);
        row(table, "Kurier with ten webhooks", few == null ? null : few.singles());
        row(table, "Kurier, one event a request", kurier == null ? null : kurier.singles());
        row(
                table,
                "Kurier, " + LoadSettings.BATCH_SIZE + " events a request",
                kurier == null ? null : kurier.batches());
        if (kurier != null) {
            table.append(String.format(Locale.ROOT, "accepted %,d, stored %,d%n", kurier.accepted(), kurier.stored()));
        }
        line(table, "Kurier takes %.2f of the bare server's events%n", ratio());
        line(table, "in batches it takes %.1f times as many%n", batchRatio());
        line(table, "with many webhooks it takes %.3f of what it takes with ten%n", webhooksRatio());
        return table.toString();
    }

    private static void row(StringBuilder table, String name, @Nullable IngestRate rate) {
        if (rate != null) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-36s %,14.0f %14.1f %,10d%n",
                    name,
                    rate.perSecond(),
                    rate.window().targetMicros(),
                    rate.refused()));
        }
    }

    private static void line(StringBuilder table, String format, @Nullable Double value) {
        if (value != null) {
            table.append(String.format(Locale.ROOT, format, value));
        }
    }

    @Override
    public String json() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        put(fields, "", kurier == null ? null : kurier.singles());
        put(fields, "batch_", kurier == null ? null : kurier.batches());
        put(fields, "few_webhooks_", few == null ? null : few.singles());
        put(fields, "limit_", limit);
        fields.put("ratio", rounded(ratio(), 4));
        fields.put("batch_ratio", rounded(batchRatio(), 3));
        fields.put("webhooks_ratio", rounded(webhooksRatio(), 4));
        fields.put("accepted", kurier == null ? null : kurier.accepted());
        fields.put("stored", kurier == null ? null : kurier.stored());
        fields.put("lost", kurier == null ? null : kurier.lost());
        fields.put("webhooks", settings.scenario().webhooks());
        fields.put("batch", LoadSettings.BATCH_SIZE);
        fields.put("seconds", settings.seconds());
        fields.put("payload_bytes", settings.payloadBytes());
        fields.put("connections", settings.connections());
        fields.put("fresh_memory", settings.freshMemory());
        fields.put("java", System.getProperty("java.version"));
        fields.put("cpus", Runtime.getRuntime().availableProcessors());
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report is no JSON", e);
        }
    }

    private static void put(Map<String, @Nullable Object> fields, String prefix, @Nullable IngestRate rate) {
        Window window = rate == null ? null : rate.window();
        fields.put(prefix + "events_per_second", window == null ? null : rounded(window.perSecond(), 1));
        fields.put(prefix + "cpu_us_per_event", window == null ? null : rounded(window.targetMicros(), 2));
        fields.put(prefix + "others_cpu_share", window == null ? null : rounded(window.othersShare(), 3));
        fields.put(prefix + "refused", rate == null ? null : rate.refused());
    }

    private static @Nullable BigDecimal rounded(@Nullable Double value, int decimals) {
        return value == null || !Double.isFinite(value)
                ? null
                : BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    }
}
