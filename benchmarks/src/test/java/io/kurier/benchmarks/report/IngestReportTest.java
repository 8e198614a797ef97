package io.kurier.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.measure.Window;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import org.junit.jupiter.api.Test;

class IngestReportTest {
    private static final BenchSettings SETTINGS = new BenchSettings(2, 0, 1024, 16, 256, null, true, Scenario.PLAIN);

    private static IngestRate rate(double perSecond, long accepted, long refused) {
        return new IngestRate(new Window(perSecond, perSecond, perSecond, 20, 10, 0), accepted, refused);
    }

    @Test
    void ratiosCompareFiguresOfTheSameRun() throws Exception {
        IngestReport.KurierRates few = new IngestReport.KurierRates(rate(11_000, 10, 0), null, 10);
        IngestReport.KurierRates kurier =
                new IngestReport.KurierRates(rate(10_000, 100, 0), rate(60_000, 900, 0), 1_000);
        IngestReport report = new IngestReport(SETTINGS, rate(25_000, 5, 0).meanWith(rate(15_000, 5, 0)), few, kurier);

        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.path("ratio").asDouble()).isEqualTo(0.5);
        assertThat(json.path("batch_ratio").asDouble()).isEqualTo(6);
        assertThat(json.path("webhooks_ratio").asDouble()).isEqualTo(0.9091);
        assertThat(json.path("limit_events_per_second").asDouble()).isEqualTo(20_000);
        assertThat(report.table())
                .contains("0.50 times the events of the bare server")
                .contains("6.0 times");
        assertThat(report.passed()).isTrue();
    }

    @Test
    void storedEventsMustEqualAcceptedOnesUnlessARequestWasRefused() {
        assertThat(report(rate(1, 100, 0), 99).passed()).isFalse();
        assertThat(report(rate(1, 100, 0), 101).passed()).isFalse();
        assertThat(report(rate(1, 100, 3), 101).passed())
                .as("a refused event may be stored")
                .isTrue();
        assertThat(report(rate(1, 100, 3), 99).passed()).isFalse();
    }

    private static IngestReport report(IngestRate singles, long stored) {
        return new IngestReport(SETTINGS, null, null, new IngestReport.KurierRates(singles, null, stored));
    }

    @Test
    void figuresThatWereNotMeasuredAreNull() throws Exception {
        IngestReport report = new IngestReport(SETTINGS, rate(10, 5, 0), null, null);
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.path("ratio").isNull()).isTrue();
        assertThat(json.path("events_per_second").isNull()).isTrue();
        assertThat(report.passed()).isTrue();
        assertThat(report.table()).doesNotContain("times as many");
    }
}
