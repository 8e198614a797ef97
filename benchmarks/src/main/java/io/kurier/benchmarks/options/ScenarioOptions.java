package io.kurier.benchmarks.options;

import picocli.CommandLine.Option;

/** The part of the command line that describes a {@link Scenario}; picocli fills it in. */
public final class ScenarioOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}";

    @Option(
            names = "--webhooks",
            paramLabel = "N",
            description = "Register N more webhooks that match nothing of the load." + DEFAULT)
    private int webhooks;

    @Option(
            names = "--fan-out",
            paramLabel = "N",
            description = "Each event goes to N webhooks; from 2 on the limit is a bare sender alone." + DEFAULT)
    private int fanOut = 1;

    @Option(
            names = "--spread",
            paramLabel = "N",
            description = "Events take turns between N groups of --fan-out webhooks. Default: 1; with --black-holes or"
                    + " --failing as many as make 20 webhooks")
    private int spread;

    @Option(
            names = "--black-holes",
            paramLabel = "PERCENT",
            description = "That share of the load's webhooks takes requests and never answers; the others are measured"
                    + " with and without." + DEFAULT)
    private int blackHoles;

    @Option(
            names = "--failing",
            paramLabel = "PERCENT",
            description = "That share answers 503; the others are measured with and without." + DEFAULT)
    private int failing;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events offered a second while latency is measured. Default: 30 %% of the highest rate")
    private int rate;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "N deliveries to other webhooks wait in the retry tiers meanwhile." + DEFAULT)
    private int backlog;

    @Option(names = "--tls", description = "Receivers are behind TLS, with a certificate made for the run.")
    private boolean tls;

    public Scenario scenario() {
        return new Scenario(webhooks, fanOut, spread, blackHoles, failing, rate, backlog, tls);
    }
}
