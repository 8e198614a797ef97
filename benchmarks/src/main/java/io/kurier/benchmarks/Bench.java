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
 * `./kurier bench`: arguments and exit code. Exit 0 when nothing was lost, doubled, left open or signed wrong, 1
 * otherwise, 2 for bad arguments.
 */
@Command(
        name = "kurier bench",
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Measures how fast Kurier delivers here, beside the limit that a bare relay without Kafka reaches on the same"
                    + " machine with the same load. The last line of the output is JSON.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./kurier bench                                  20 s at the highest rate, 64 connections, 1 KiB events",
            "  ./kurier bench --seconds 5                      a quick look",
            "  ./kurier bench --payload-bytes 16384 --json     larger events, only JSON on standard output",
            "  ./kurier bench --only limit                     what this machine can do at best",
            "  ./kurier bench --webhooks 50000 --only kurier   CPU per delivery does not depend on who else is registered",
            "  ./kurier bench --fan-out 10                     ten webhooks get each event; the limit is a bare sender",
            "  ./kurier bench --black-holes 20 --only kurier   what a fifth that never answers does to the others",
            "  ./kurier bench --failing 20 --rate 2000 --only kurier",
            "                                                  the same with 503, at 2,000 events a second",
            "  ./kurier bench --backlog 500000 --only kurier   while half a million deliveries wait in the tiers",
            "  ./kurier bench --ingest                         how fast events are accepted, alone and in batches",
            "  ./kurier bench --ingest --webhooks 100000 --only kurier",
            "                                                  the same rate as with ten webhooks",
            "  ./kurier bench --tls                            receivers behind TLS, for the relay too",
            "",
            "Exit code: 0 nothing lost or doubled and every signature right, 1 otherwise, 2 bad arguments."
        })
public final class Bench implements Callable<Integer> {
    /** Generator and receiver together take one CPU at the most from what is measured. */
    private static final int BENCH_THREADS = 1;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Length of the window at the highest rate; latency takes half as long again. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--payload-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Size of a published event's JSON. Default: ${DEFAULT-VALUE}")
    private int payloadBytes;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "256",
            description = "Connections that publish, one request outstanding on each. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "512",
            description =
                    "Hold back while deliveries of so many events are accepted and not received. Default: ${DEFAULT-VALUE}")
    private int maxOutstanding;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Warm up in steps of so many seconds, until the JVM has compiled what it runs; 36 steps at most. Default:"
                            + " ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Option(names = "--only", paramLabel = "limit|kurier", description = "Measure only one of the two.")
    private @Nullable Only only;

    @Option(
            names = "--ingest",
            description =
                    "Only publish, to no webhook: against a bare server of the same HTTP library, in batches of 100"
                            + " too, and with --webhooks against ten of them.")
    private boolean ingest;

    @ArgGroup(validate = false, heading = "%nScenarios, which combine:%n")
    private final ScenarioOptions scenario = new ScenarioOptions();

    @Option(
            names = "--fresh-memory",
            description =
                    "Do not fill the page cache first. With it full, memory is as on a machine that has run for a while; a fresh"
                            + " virtual one pays its host for each page that a broker writes.")
    private boolean freshMemory;

    @Option(
            names = "--json",
            description = "Print only the JSON line on standard output; progress goes to standard error.")
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
                    err.println("try: ./kurier bench --help");
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
            Result report = measureWithMemoryAsAsked(settings, workspace, progress);
            passed = report.passed();
            progress.print(System.lineSeparator() + report.table());
            System.out.println(report.json());
        } catch (IllegalStateException | UncheckedIOException e) {
            progress.println("bench failed: " + e.getMessage());
        } finally {
            workspace.end(passed);
        }
        if (!passed) {
            progress.println("logs and data are kept in " + workspace.folder());
        }
        return passed ? 0 : 1;
    }

    private Result measureWithMemoryAsAsked(BenchSettings settings, RunWorkspace workspace, PrintStream progress) {
        // the bare subjects write no files
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
                throw new IllegalArgumentException("--ingest delivers nothing, so it combines with --webhooks only");
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
