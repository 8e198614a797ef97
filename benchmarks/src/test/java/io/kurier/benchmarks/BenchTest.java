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
    void everyArgumentOutOfBoundsIsReportedWithItsBounds() {
        assertThat(run("--seconds", "0", "--connections", "99999")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--seconds is 0, expected 2 to 600")
                .contains("--connections is 99999, expected 1 to 1024")
                .contains("--help");
    }

    @Test
    void unknownOptionsAndMalformedValuesAreRejected() {
        assertThat(run("--second", "5")).isEqualTo(2);
        assertThat(run("--seconds", "soon")).isEqualTo(2);
        assertThat(run("--only", "nothing")).isEqualTo(2);

        assertThat(err.toString()).contains("--second").contains("soon").contains("nothing");
    }

    @Test
    void everyScenarioOptionOutOfBoundsIsReportedAtOnce() {
        assertThat(run("--seconds", "1", "--webhooks", "100001", "--fan-out", "0", "--backlog", "-1"))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("--seconds is 1, expected 2 to 600")
                .contains("--webhooks is 100001, expected 0 to 100000")
                .contains("--fan-out is 0, expected 1 to 1000")
                .contains("--backlog is -1, expected 0 to 1000000");
    }

    @Test
    void contradictoryOptionsAreRejectedWithAReason() {
        assertThat(run("--black-holes", "60", "--failing", "40")).isEqualTo(2);
        assertThat(run("--fan-out", "100", "--spread", "100")).isEqualTo(2);
        assertThat(run("--black-holes", "1", "--spread", "5")).isEqualTo(2);

        assertThat(err.toString())
                .contains("add up to 100 %, expected at most 90 %")
                .contains("10000 webhooks, expected at most 2000")
                .contains("--black-holes 1 % of 5 webhooks is less than one webhook");
    }

    @Test
    void ingestRejectsScenariosThatNeedDeliveries() {
        assertThat(run("--ingest", "--fan-out", "2")).isEqualTo(2);
        assertThat(run("--ingest", "--tls")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--ingest delivers nothing, so of the scenarios it accepts --webhooks only");
    }

    @Test
    void helpShowsExamples() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains("./kurier bench --payload-bytes 16384 --json")
                .contains("./kurier bench --black-holes 20")
                .contains("./kurier bench --tls")
                .contains("Scenarios");
    }

    private int run(String... arguments) {
        CommandLine command = Bench.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
