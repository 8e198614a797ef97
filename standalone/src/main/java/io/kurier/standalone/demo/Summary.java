package io.kurier.standalone.demo;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The run in numbers, each counted by every source that can know it. Pure.
 *
 * @param rows the counts
 * @param notes figures that are measured and not counted
 * @param differences everything that does not add up; empty if the numbers agree
 */
record Summary(List<Row> rows, List<String> notes, List<String> differences) {
    /** One count by source; null where a source cannot know it. */
    record Row(
            String label,
            @Nullable Long publisher,
            @Nullable Long receivers,
            @Nullable Long topic,
            String text) {
        boolean agrees() {
            return Stream.of(publisher, receivers, topic)
                            .filter(Objects::nonNull)
                            .distinct()
                            .count()
                    <= 1;
        }
    }

    Summary {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        differences = List.copyOf(differences);
    }

    boolean addsUp() {
        return differences.isEmpty();
    }

    static Summary of(SummaryInput input) {
        return new Reconciliation(input).summary();
    }
}
