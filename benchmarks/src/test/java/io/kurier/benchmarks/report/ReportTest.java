package io.kurier.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final BenchSettings SETTINGS = new BenchSettings(20, 5, 1024, 64, 5_000, null, true, Scenario.PLAIN);

    @Test
    void jsonHasEveryFigureOfBothOnOneLine() throws Exception {
        String json = new Report(SETTINGS, figures(40_000, 1, 0, 0), figures(10_000, 8, 0, 0)).json();
        JsonNode fields = new ObjectMapper().readTree(json);

        assertThat(json).doesNotContain("\n");
        assertThat(fields.path("deliveries_per_second").doubleValue()).isEqualTo(10_000);
        assertThat(fields.path("limit_per_second").doubleValue()).isEqualTo(40_000);
        assertThat(fields.path("ratio").doubleValue()).isEqualTo(0.25);
        assertThat(fields.path("p50_ms").doubleValue()).isBetween(7.9, 8.1);
        assertThat(fields.path("limit_p99_ms").doubleValue()).isBetween(0.9, 1.1);
        assertThat(fields.path("cpu_us_per_delivery").doubleValue()).isEqualTo(20.5);
        assertThat(fields.path("limit_cpu_us_per_delivery").doubleValue()).isEqualTo(20.5);
        assertThat(fields.path("others_cpu_share").doubleValue()).isEqualTo(0.25);
        assertThat(fields.path("accepted").longValue()).isEqualTo(100);
        assertThat(fields.path("lost").isIntegralNumber()).isTrue();
        assertThat(fields.path("duplicates").isIntegralNumber()).isTrue();
        assertThat(fields.path("seconds").intValue()).isEqualTo(20);
        assertThat(fields.path("payload_bytes").intValue()).isEqualTo(1024);
        assertThat(fields.path("connections").intValue()).isEqualTo(64);
        assertThat(fields.path("cpus").intValue()).isPositive();
        assertThat(fields.path("java").textValue()).isNotBlank();
    }

    @Test
    void figuresThatWereNotMeasuredAreNull() throws Exception {
        Report report = new Report(SETTINGS, figures(40_000, 1, 0, 0), null);
        JsonNode fields = new ObjectMapper().readTree(report.json());

        assertThat(fields.path("deliveries_per_second").isNull()).isTrue();
        assertThat(fields.path("ratio").isNull()).isTrue();
        assertThat(fields.path("lost").isNull()).isTrue();
        assertThat(report.passed()).isTrue();
        assertThat(report.table()).contains("40,000").doesNotContain("Kurier delivers");
    }

    @Test
    void oneLostOrDuplicatedDeliveryFailsTheRun() {
        assertThat(new Report(SETTINGS, null, figures(1, 1, 0, 0)).passed()).isTrue();
        assertThat(new Report(SETTINGS, null, figures(1, 1, 1, 0)).passed()).isFalse();
        assertThat(new Report(SETTINGS, null, figures(1, 1, 0, 1)).passed()).isFalse();
        assertThat(new Report(SETTINGS, figures(1, 1, 1, 0), null).passed()).isFalse();
    }

    @Test
    void theMeanOfTwoHalvesAddsUpTheirCounts() {
        Figures mean = figures(40_000, 1, 1, 0).meanWith(figures(20_000, 3, 0, 2));

        assertThat(mean.deliveriesPerSecond()).isEqualTo(30_000);
        assertThat(mean.fixedRate().p99BySliceMs()).hasSize(2);
        assertThat(mean.counts().accepted()).isEqualTo(200);
        assertThat(mean.counts().lost()).isEqualTo(1);
        assertThat(mean.counts().duplicates()).isEqualTo(2);
    }

    @Test
    void isolationComparesHealthyReceiversWithAndWithoutFaults() throws Exception {
        FixedRateFigures without = new FixedRateFigures(1_000, 800, List.of(latency(10), latency(10)));
        FixedRateFigures with = new FixedRateFigures(1_000, 600, List.of(latency(15), latency(11), latency(11)));
        Isolation isolation = new Isolation(without, new FixedRateFigures(1_000, 700, List.of(latency(30))), with);
        Figures figures = new Figures(10_000, 20.5, 10, 0.25, without, isolation, counts(0, 0));
        Report report = new Report(
                new BenchSettings(20, 5, 1024, 64, 256, null, true, new Scenario(7, 1, 0, 15, 5, 1_000, 9, true)),
                null,
                figures);
        JsonNode fields = new ObjectMapper().readTree(report.json());

        assertThat(fields.path("isolation_p99_ratio").doubleValue()).isBetween(1.49, 1.51);
        assertThat(fields.path("isolation_usual_p99_ratio").doubleValue()).isBetween(1.09, 1.11);
        assertThat(fields.path("isolation_onset_p99_ratio").doubleValue()).isBetween(2.99, 3.01);
        assertThat(fields.path("isolation_throughput_ratio").doubleValue()).isEqualTo(0.75);
        assertThat(fields.path("p99_ms").doubleValue()).isBetween(9.9, 10.1);
        assertThat(fields.path("healthy_p99_ms").doubleValue()).isBetween(14.9, 15.1);
        assertThat(fields.path("healthy_per_second").doubleValue()).isEqualTo(600);
        assertThat(fields.path("webhooks").intValue()).isEqualTo(7);
        assertThat(fields.path("fan_out").intValue()).isEqualTo(1);
        assertThat(fields.path("spread").intValue()).isEqualTo(20);
        assertThat(fields.path("black_holes_percent").intValue()).isEqualTo(15);
        assertThat(fields.path("failing_percent").intValue()).isEqualTo(5);
        assertThat(fields.path("rate").intValue()).isEqualTo(1_000);
        assertThat(fields.path("backlog").intValue()).isEqualTo(9);
        assertThat(fields.path("tls").booleanValue()).isTrue();
        assertThat(report.table())
                .contains(
                        "1.50 times the p99 (median of slices 1.10, at the onset 3.00) and 0.75 times the throughput");
    }

    @Test
    void isolationIsNullWithoutFaultsAndLatencyIsNullForABareSender() throws Exception {
        FixedRateFigures none = new FixedRateFigures(0, 0, List.of());
        Figures alone = new Figures(90_000, 8, 8, 0, none, null, counts(0, 0));
        JsonNode fields = new ObjectMapper().readTree(new Report(SETTINGS, alone, figures(10_000, 8, 0, 0)).json());

        assertThat(fields.path("limit_p99_ms").isNull()).isTrue();
        assertThat(fields.path("p99_ms").isNull()).isFalse();
        assertThat(fields.has("isolation_p99_ratio")).isTrue();
        assertThat(fields.path("isolation_p99_ratio").isNull()).isTrue();
    }

    private static Figures figures(double perSecond, int latencyMs, long lost, long duplicates) {
        FixedRateFigures fixedRate =
                new FixedRateFigures(perSecond * 0.3, perSecond * 0.3, List.of(latency(latencyMs)));
        return new Figures(perSecond, 20.5, 10, 0.25, fixedRate, null, counts(lost, duplicates));
    }

    private static Histogram latency(int milliseconds) {
        Histogram latency = new Histogram(3);
        latency.recordValue(TimeUnit.MILLISECONDS.toNanos(milliseconds));
        return latency;
    }

    private static Figures.Counts counts(long lost, long duplicates) {
        return new Figures.Counts(100, 0, lost, duplicates, 0, 0, 0, 0, 0);
    }
}
