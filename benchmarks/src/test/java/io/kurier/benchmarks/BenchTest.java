package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyArgumentOutOfBoundsIsNamedWithWhatWasExpected() {
        assertThat(run("--seconds", "0", "--connections", "99999")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--seconds is 0, expected 2 to 600")
                .contains("--connections is 99999, expected 1 to 1024")
                .contains("--help");
    }

    @Test
    void unknownArgumentsAndWordsForNumbersAreRefused() {
        assertThat(run("--second", "5")).isEqualTo(2);
        assertThat(run("--seconds", "soon")).isEqualTo(2);
        assertThat(run("--only", "nothing")).isEqualTo(2);

        assertThat(err.toString()).contains("--second").contains("soon").contains("nothing");
    }

    @Test
    void helpShowsExamples() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).contains("./kurier bench --payload-bytes 16384 --json");
    }

    private int run(String... arguments) {
        CommandLine command = Bench.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
