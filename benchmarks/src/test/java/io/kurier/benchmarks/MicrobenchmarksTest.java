package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every microbenchmark runs for a few milliseconds; the figures themselves are not tested. */
class MicrobenchmarksTest {
    @Test
    void everyBenchmarkRunsAndReportsAScore() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("io.kurier.benchmarks.micro")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(5))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        Set<String> names = new TreeSet<>();
        for (RunResult result : results) {
            names.add(result.getParams().getBenchmark().replaceAll(".*\\.(\\w+Benchmark).*", "$1"));
            assertThat(result.getPrimaryResult().getScore()).isPositive();
        }
        assertThat(names)
                .containsExactly(
                        "AddressGuardBenchmark",
                        "CodecBenchmark",
                        "ConditionBenchmark",
                        "MatchingBenchmark",
                        "RenderingBenchmark",
                        "SigningBenchmark");
    }
}
