package io.kurier.benchmarks.options;

import picocli.CommandLine.Option;

/** The command line options of a {@link Scenario}; picocli sets the fields. */
public final class ScenarioOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}";

    @Option(
            names = "--webhooks",
            paramLabel = "N",
            description = "Register N additional webhooks that match no event of the load." + DEFAULT)
    private int webhooks;

    @Option(
            names = "--fan-out",
            paramLabel = "N",
            description = "Each event goes to N webhooks. From 2 on, the limit is a bare sender." + DEFAULT)
    private int fanOut = 1;

    @Option(
            names = "--spread",
            paramLabel = "N",
            description = "The events go to N groups of --fan-out webhooks in turn. Default: 1; with --black-holes or"
                    + " --failing, as many groups as make 20 webhooks")
    private int spread;

    @Option(
            names = "--black-holes",
            paramLabel = "PERCENT",
            description = "This percentage of the load's webhooks takes requests and never answers; the others are"
                    + " measured with and without them." + DEFAULT)
    private int blackHoles;

    @Option(
            names = "--failing",
            paramLabel = "PERCENT",
            description = "This percentage answers 503; the others are measured with and without them." + DEFAULT)
    private int failing;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events per second while latency is measured. Default: 30 %% of the highest rate")
    private int rate;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "N deliveries to other webhooks wait in the retry tiers during the run." + DEFAULT)
    private int backlog;

    @Option(names = "--tls", description = "Receivers use TLS, with a certificate made for the run.")
    private boolean tls;

    public Scenario scenario() {
        return new Scenario(webhooks, fanOut, spread, blackHoles, failing, rate, backlog, tls);
    }
}
