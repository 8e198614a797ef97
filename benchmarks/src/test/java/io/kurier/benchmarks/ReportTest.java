package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Settings SETTINGS = new Settings(20, 5, 1024, 64, 5_000, null);

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
    void whatWasNotMeasuredIsNull() throws Exception {
        Report report = new Report(SETTINGS, figures(40_000, 1, 0, 0), null);
        JsonNode fields = new ObjectMapper().readTree(report.json());

        assertThat(fields.path("deliveries_per_second").isNull()).isTrue();
        assertThat(fields.path("ratio").isNull()).isTrue();
        assertThat(fields.path("lost").isNull()).isTrue();
        assertThat(report.passed()).isTrue();
        assertThat(report.table()).contains("40,000").doesNotContain("Kurier delivers");
    }

    @Test
    void oneLostOrDoubledDeliveryFailsTheRun() {
        assertThat(new Report(SETTINGS, null, figures(1, 1, 0, 0)).passed()).isTrue();
        assertThat(new Report(SETTINGS, null, figures(1, 1, 1, 0)).passed()).isFalse();
        assertThat(new Report(SETTINGS, null, figures(1, 1, 0, 1)).passed()).isFalse();
        assertThat(new Report(SETTINGS, figures(1, 1, 1, 0), null).passed()).isFalse();
    }

    @Test
    void theMeanOfTwoHalvesKeepsTheCountsOfBoth() {
        Figures mean = figures(40_000, 1, 1, 0).meanWith(figures(20_000, 3, 0, 2));

        assertThat(mean.deliveriesPerSecond()).isEqualTo(30_000);
        assertThat(mean.latency().getTotalCount()).isEqualTo(2);
        assertThat(mean.counts().accepted()).isEqualTo(200);
        assertThat(mean.counts().lost()).isEqualTo(1);
        assertThat(mean.counts().duplicates()).isEqualTo(2);
    }

    private static Figures figures(double perSecond, int latencyMs, long lost, long duplicates) {
        Histogram latency = new Histogram(3);
        latency.recordValue(TimeUnit.MILLISECONDS.toNanos(latencyMs));
        return new Figures(
                perSecond, 20.5, 10, 0.25, latency, new Figures.Counts(100, lost, duplicates, 0, 0, 0, 0, 0));
    }
}
