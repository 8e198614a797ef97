package io.kurier.standalone.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats a summary as text. Pure. */
final class SummaryTable {
    private SummaryTable() {}

    static List<String> lines(Summary summary) {
        List<String> lines = new ArrayList<>();
        lines.add(line("counted by", "publisher", "receivers", "kurier.attempts", ""));
        for (Summary.Row row : summary.rows()) {
            String mark = row.agrees() ? "" : "<-- differs ";
            lines.add(line(
                    row.label(), cell(row.publisher()), cell(row.receivers()), cell(row.topic()), mark + row.text()));
        }
        lines.add("");
        lines.addAll(summary.notes());
        if (summary.addsUp()) {
            lines.add(
                    "The numbers add up: every event reached every matching webhook; no delivery is dead or waiting.");
        } else {
            lines.add("THE NUMBERS DO NOT ADD UP:");
            summary.differences().forEach(difference -> lines.add("  - " + difference));
        }
        return lines;
    }

    private static String cell(@Nullable Long number) {
        return number == null ? "" : number.toString();
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "  %-20s %10s %10s %16s   %s", cells).stripTrailing();
    }
}
