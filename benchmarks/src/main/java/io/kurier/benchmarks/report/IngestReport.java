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
 * How fast events are accepted, compared with a server that only answers. A figure that was not measured is null.
 *
 * @param limit the bare server, one event per request
 * @param few Kurier with ten webhooks, if the scenario has more
 * @param kurier Kurier with the scenario's webhooks
 */
public record IngestReport(
        BenchSettings settings,
        @Nullable IngestRate limit,
        @Nullable KurierRates few,
        @Nullable KurierRates kurier) implements Result {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The figures of one Kurier process.
     *
     * @param singles one event per request
     * @param batches {@link LoadSettings#BATCH_SIZE} events per request, or null
     * @param stored events in the topic at the end
     */
    public record KurierRates(IngestRate singles, @Nullable IngestRate batches, long stored) {
        long accepted() {
            return singles.accepted() + (batches == null ? 0 : batches.accepted());
        }

        /** @return events answered with 202 that are not in the topic */
        long lost() {
            return Math.max(0, accepted() - stored);
        }

        private boolean isClean() {
            long refused = singles.refused() + (batches == null ? 0 : batches.refused());
            // an event answered with 503 may still be stored
            return lost() == 0 && (refused > 0 || stored == accepted());
        }
    }

    @Override
    public boolean passed() {
        return (kurier == null || kurier.isClean()) && (few == null || few.isClean());
    }

    /** @return single events per second, divided by the bare server's */
    @Nullable
    Double ratio() {
        return limit == null || kurier == null ? null : kurier.singles().perSecond() / limit.perSecond();
    }

    /** @return events per second in batches, divided by single events per second */
    @Nullable
    Double batchRatio() {
        return kurier == null || kurier.batches() == null
                ? null
                : kurier.batches().perSecond() / kurier.singles().perSecond();
    }

    /** @return single events per second with many webhooks, divided by those with ten */
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
        row(table, "bare server, one event per request", limit);
        row(table, "Kurier with ten webhooks", few == null ? null : few.singles());
        row(table, "Kurier, one event per request", kurier == null ? null : kurier.singles());
        row(
                table,
                "Kurier, " + LoadSettings.BATCH_SIZE + " events per request",
                kurier == null ? null : kurier.batches());
        if (kurier != null) {
            table.append(String.format(Locale.ROOT, "accepted %,d, stored %,d%n", kurier.accepted(), kurier.stored()));
        }
        line(table, "Kurier accepts %.2f times the events of the bare server%n", ratio());
        line(table, "in batches it accepts %.1f times as many%n", batchRatio());
        line(table, "with many webhooks it accepts %.3f times as many as with ten%n", webhooksRatio());
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
            throw new IllegalStateException("cannot write the report as JSON", e);
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
