package io.kurier.benchmarks;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.BenchSettings.Only;
import io.kurier.benchmarks.options.ScenarioOptions;
import io.kurier.benchmarks.process.PageCache;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.report.Result;
import io.netty.channel.EventLoopGroup;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./kurier bench}: parses the arguments, starts the run and sets the exit code. Exit 0: no delivery was lost,
 * duplicated or left without an outcome, and every checked signature was valid; 1: otherwise; 2: invalid arguments.
 */
@Command(
        name = "kurier bench",
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Measures how fast Kurier delivers on this machine, and compares it with a bare relay that runs without Kafka"
                    + " under the same load. The last line of the output is JSON.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./kurier bench                                  20 s at the highest rate, 64 connections, 1 KiB events",
            "  ./kurier bench --seconds 5                      a quick look",
            "  ./kurier bench --payload-bytes 16384 --json     larger events, only JSON on standard output",
            "  ./kurier bench --only limit                     the bare limit of this machine",
            "  ./kurier bench --webhooks 50000 --only kurier   CPU per delivery with 50,000 webhooks that match nothing",
            "  ./kurier bench --fan-out 10                     ten webhooks get each event; the limit is a bare sender",
            "  ./kurier bench --black-holes 20 --only kurier   20 %% of the webhooks never answer; the others are measured",
            "  ./kurier bench --failing 20 --rate 2000 --only kurier",
            "                                                  20 %% answer 503, at 2,000 events per second",
            "  ./kurier bench --backlog 500000 --only kurier   while half a million deliveries wait in the retry tiers",
            "  ./kurier bench --ingest                         how fast events are accepted, one by one and in batches",
            "  ./kurier bench --ingest --webhooks 100000 --only kurier",
            "                                                  the same, compared with ten webhooks",
            "  ./kurier bench --tls                            receivers use TLS, for the relay too",
            "",
            "Exit code: 0 no delivery was lost or duplicated and every signature was valid; 1 otherwise; 2 invalid arguments."
        })
public final class Bench implements Callable<Integer> {
    /** Bounds the CPU that generator and receiver take from the measured process to one core. */
    private static final int BENCH_THREADS = 1;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Seconds measured at the highest rate; latency is measured for half as long again. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--payload-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Size of one published event's JSON in bytes. Default: ${DEFAULT-VALUE}")
    private int payloadBytes;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "256",
            description = "Publishing connections, each with one request outstanding. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "512",
            description =
                    "Pause publishing while deliveries of N events are accepted and not yet received. Default: ${DEFAULT-VALUE}")
    private int maxOutstanding;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Warm up in steps of N seconds until the JVM's compilers are nearly idle, at most 36 steps; 0 skips the"
                            + " warm-up. Default: ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Option(names = "--only", paramLabel = "limit|kurier", description = "Measure only the bare limit, or only Kurier.")
    private @Nullable Only only;

    @Option(
            names = "--ingest",
            description =
                    "Only publish; no webhook matches. Compares Kurier with a bare server that uses the same HTTP library,"
                            + " also in batches of 100, and with --webhooks compares N webhooks with ten.")
    private boolean ingest;

    @ArgGroup(validate = false, heading = "%nScenarios (they can be combined):%n")
    private final ScenarioOptions scenario = new ScenarioOptions();

    @Option(
            names = "--fresh-memory",
            description =
                    "Do not fill the page cache before the run. A fresh virtual machine gets each memory page from its host at"
                            + " first use, which would slow down the broker's file writes.")
    private boolean freshMemory;

    @Option(
            names = "--json",
            description = "Print only the JSON line on standard output, and progress on standard error.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "bench-logback.xml");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> {
                    PrintWriter err = e.getCommandLine().getErr();
                    err.println(e.getMessage());
                    err.println("Run ./kurier bench --help for the options.");
                    return CommandLine.ExitCode.USAGE;
                });
    }

    @Override
    public Integer call() {
        BenchSettings settings = settings();
        PrintStream progress = json ? System.err : System.out;
        RunWorkspace workspace = new RunWorkspace();
        boolean passed = false;
        try {
            Result report = fillCacheAndMeasure(settings, workspace, progress);
            passed = report.passed();
            progress.print(System.lineSeparator() + report.table());
            System.out.println(report.json());
        } catch (IllegalStateException | UncheckedIOException e) {
            progress.println("The bench failed: " + e.getMessage());
        } finally {
            workspace.end(passed);
        }
        if (!passed) {
            progress.println("Logs and data are kept in " + workspace.folder());
        }
        return passed ? 0 : 1;
    }

    private Result fillCacheAndMeasure(BenchSettings settings, RunWorkspace workspace, PrintStream progress) {
        // the bare relay and the bare server write no files
        if (settings.freshMemory() || !settings.wants(Only.KURIER)) {
            return measure(settings, workspace, progress);
        }
        try (PageCache cache = new PageCache(workspace.folder())) {
            cache.fill(progress);
            return measure(settings, workspace, progress);
        }
    }

    private Result measure(BenchSettings settings, RunWorkspace workspace, PrintStream progress) {
        EventLoopGroup loops = Transport.loops(BENCH_THREADS, "bench");
        try {
            return ingest
                    ? new IngestRun(settings, workspace, loops, progress).report()
                    : new BenchRun(settings, workspace, loops, new SubjectMeasurement(settings, progress)).report();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private BenchSettings settings() {
        try {
            if (ingest && !scenario.scenario().isOnlyRegistered()) {
                throw new IllegalArgumentException(
                        "--ingest delivers nothing, so of the scenarios it accepts --webhooks only");
            }
            return new BenchSettings(
                    seconds,
                    warmUpSeconds,
                    payloadBytes,
                    connections,
                    maxOutstanding,
                    only,
                    freshMemory,
                    scenario.scenario());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
        }
    }
}
