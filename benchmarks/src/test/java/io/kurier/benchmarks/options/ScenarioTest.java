package io.kurier.benchmarks.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.subject.LimitSubject;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ScenarioTest {
    @Command
    private static final class Options {
        @CommandLine.ArgGroup(validate = false)
        private final ScenarioOptions scenario = new ScenarioOptions();
    }

    @Test
    void theDefaultIsThePlainScenario() {
        assertThat(parse()).isEqualTo(Scenario.PLAIN);
    }

    @Test
    void everyOptionIsParsed() {
        assertThat(parse(
                        "--webhooks=10",
                        "--fan-out=2",
                        "--spread=3",
                        "--black-holes=20",
                        "--failing=30",
                        "--rate=500",
                        "--backlog=40",
                        "--tls"))
                .isEqualTo(new Scenario(10, 2, 3, 20, 30, 500, 40, true));
    }

    @Test
    void faultyReceiversSpreadTheLoadOverTwentyWebhooksByDefault() {
        assertThat(parse("--black-holes=20").loadWebhooks().size()).isEqualTo(20);
        assertThat(parse("--failing=20", "--fan-out=5").loadWebhooks().size()).isEqualTo(20);
        assertThat(parse("--failing=20", "--fan-out=30").loadWebhooks().size()).isEqualTo(30);
        assertThat(parse("--failing=20", "--spread=5").loadWebhooks().size()).isEqualTo(5);
        assertThat(parse("--fan-out=5").loadWebhooks().size()).isEqualTo(5);
    }

    @Test
    void theLimitOfAFanOutIsABareSenderWithManyDeliveriesPerEvent() {
        assertThat(LimitSubject.loadWebhooks(parse()).size()).isEqualTo(1);
        assertThat(LimitSubject.loadWebhooks(parse("--black-holes=20")).size()).isEqualTo(1);
        assertThat(LimitSubject.loadWebhooks(parse("--fan-out=10")).fanOut()).isEqualTo(200);
        assertThat(LimitSubject.loadWebhooks(parse("--fan-out=300")).fanOut()).isEqualTo(300);
    }

    private static Scenario parse(String... arguments) {
        Options options = new Options();
        new CommandLine(options).parseArgs(arguments);
        return options.scenario.scenario();
    }
}
