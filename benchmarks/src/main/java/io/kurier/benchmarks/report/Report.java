package io.kurier.benchmarks.report;

import io.kurier.benchmarks.options.BenchSettings;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run as a table and as one line of JSON, and whether it passed. A figure that was not measured is
 * null.
 *
 * @param limit the bare relay
 * @param kurier Kurier
 */
public record Report(
        BenchSettings settings,
        @Nullable Figures limit,
        @Nullable Figures kurier) implements Result {
    /** @return whether the counts of both subjects are clean */
    @Override
    public boolean passed() {
        return (limit == null || limit.counts().areClean())
                && (kurier == null || kurier.counts().areClean());
    }

    @Override
    public String json() {
        return ReportJson.of(this);
    }

    /** @return Kurier's deliveries per second divided by the limit's, or null if one of them was not measured */
    @Nullable
    Double ratio() {
        return limit == null || kurier == null ? null : kurier.deliveriesPerSecond() / limit.deliveriesPerSecond();
    }

    @Override
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%-26s %12s %12s%n", "", "bare limit", "Kurier"));
        row(table, "deliveries per second", "%,12.0f", Figures::deliveriesPerSecond);
        row(table, "p50 ms at a fixed rate", "%12.2f", figures -> figures.fixedRate()
                .latencyMs(50));
        row(table, "p99 ms at a fixed rate", "%12.2f", figures -> figures.fixedRate()
                .latencyMs(99));
        row(table, "CPU us per delivery", "%12.1f", Figures::targetMicros);
        row(table, "% of CPUs used by others", "%12.0f", figures -> 100 * figures.othersShare());
        row(table, "accepted", "%,12.0f", figures -> figures.counts().accepted());
        row(table, "lost", "%,12.0f", figures -> figures.counts().lost());
        row(table, "duplicates", "%,12.0f", figures -> figures.counts().duplicates());
        Double ratio = ratio();
        if (ratio != null) {
            table.append(String.format(Locale.ROOT, "Kurier delivers %.1f %% of the bare limit%n", 100 * ratio));
        }
        Isolation isolation = kurier == null ? null : kurier.isolation();
        if (isolation != null) {
            table.append(String.format(
                    Locale.ROOT,
                    "while others are faulty, healthy receivers see %.2f times the p99 (median of slices %.2f, at the onset"
                            + " %.2f) and %.2f times the throughput%n",
                    isolation.p99Ratio(),
                    isolation.usualP99Ratio(),
                    isolation.onsetP99Ratio(),
                    isolation.throughputRatio()));
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
}
