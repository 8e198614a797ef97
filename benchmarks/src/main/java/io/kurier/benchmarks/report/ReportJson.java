package io.kurier.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Report} as one line of JSON for scripts; the field names are stable. A figure that was not measured, or
 * that means nothing, is null.
 */
final class ReportJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    private ReportJson() {}

    static String of(Report report) {
        ReportJson json = new ReportJson();
        json.put("deliveries_per_second", report.kurier(), Figures::deliveriesPerSecond, 1);
        json.put("limit_per_second", report.limit(), Figures::deliveriesPerSecond, 1);
        json.put("ratio", report, Report::ratio, 4);
        json.putSubject("", report.kurier());
        json.putSubject("limit_", report.limit());
        json.putIsolation(report.kurier());
        json.putSettings(report.settings());
        try {
            return JSON.writeValueAsString(json.fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the report as JSON", e);
        }
    }

    private void putSubject(String prefix, @Nullable Figures figures) {
        FixedRateFigures fixedRate = figures == null || !figures.fixedRate().hasLatency() ? null : figures.fixedRate();
        put(prefix + "p50_ms", fixedRate, offered -> offered.latencyMs(50), 3);
        put(prefix + "p99_ms", fixedRate, offered -> offered.latencyMs(99), 3);
        put(prefix + "cpu_us_per_delivery", figures, Figures::targetMicros, 2);
        putCounts(prefix, figures == null ? null : figures.counts());
        put(prefix + "bench_cpu_us_per_delivery", figures, Figures::benchMicros, 2);
        put(prefix + "others_cpu_share", figures, Figures::othersShare, 3);
        put(prefix + "offered_events_per_second", fixedRate, FixedRateFigures::eventsPerSecond, 1);
    }

    private void putCounts(String prefix, Figures.@Nullable Counts counts) {
        fields.put(prefix + "accepted", counts == null ? null : counts.accepted());
        fields.put(prefix + "lost", counts == null ? null : counts.lost());
        fields.put(prefix + "duplicates", counts == null ? null : counts.duplicates());
        fields.put(prefix + "unexpected", counts == null ? null : counts.unexpected());
        fields.put(prefix + "refused", counts == null ? null : counts.refused());
        fields.put(prefix + "bad_signatures", counts == null ? null : counts.badSignatures());
        if (prefix.isEmpty()) {
            fields.put("owed", counts == null ? null : counts.owed());
            fields.put("unrecorded", counts == null ? null : counts.unrecorded());
            fields.put("lag", counts == null ? null : counts.lag());
        }
    }

    private void putIsolation(@Nullable Figures kurier) {
        Isolation isolation = kurier == null ? null : kurier.isolation();
        put("isolation_p99_ratio", isolation, Isolation::p99Ratio, 3);
        put("isolation_usual_p99_ratio", isolation, Isolation::usualP99Ratio, 3);
        put("isolation_onset_p99_ratio", isolation, Isolation::onsetP99Ratio, 3);
        put("isolation_throughput_ratio", isolation, Isolation::throughputRatio, 4);
        put("healthy_p50_ms", isolation, both -> both.with().latencyMs(50), 3);
        put("healthy_p99_ms", isolation, both -> both.with().latencyMs(99), 3);
        put("healthy_per_second", isolation, both -> both.with().deliveriesPerSecond(), 1);
        put("healthy_per_second_without", isolation, both -> both.without().deliveriesPerSecond(), 1);
    }

    private void putSettings(BenchSettings settings) {
        Scenario scenario = settings.scenario();
        fields.put("webhooks", scenario.webhooks());
        fields.put("fan_out", scenario.fanOut());
        fields.put("spread", scenario.spread());
        fields.put("black_holes_percent", scenario.blackHoles());
        fields.put("failing_percent", scenario.failing());
        fields.put("rate", scenario.rate());
        fields.put("backlog", scenario.backlog());
        fields.put("tls", scenario.tls());
        fields.put("seconds", settings.seconds());
        fields.put("payload_bytes", settings.payloadBytes());
        fields.put("connections", settings.connections());
        fields.put("max_outstanding", settings.maxOutstanding());
        fields.put("fresh_memory", settings.freshMemory());
        fields.put("java", System.getProperty("java.version"));
        fields.put("cpus", Runtime.getRuntime().availableProcessors());
    }

    private <T> void put(String name, @Nullable T from, Function<T, @Nullable Double> value, int decimals) {
        Double number = from == null ? null : value.apply(from);
        fields.put(
                name,
                number == null || !Double.isFinite(number)
                        ? null
                        : BigDecimal.valueOf(number).setScale(decimals, RoundingMode.HALF_UP));
    }
}
