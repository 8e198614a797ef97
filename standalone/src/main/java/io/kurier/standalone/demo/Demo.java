package io.kurier.standalone.demo;

import io.kurier.standalone.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.InterruptException;

/** {@code ./kurier demo}. Exit 0: the numbers add up; 1: they do not, or the demo failed; 2: bad arguments. */
public final class Demo {
    private static final String LOG_LEVEL = "KURIER_LOG_LEVEL";
    /** Kafka warns while topics are created or the machine is slow; the demo reports failures itself. */
    private static final String KAFKA_LOG_LEVEL = "KURIER_LOG_LEVEL_KAFKA";

    /** The demo takes about 25 s; a busy machine gets more time. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /**
     * No process crashes here, so a machine that stalls for some seconds must not end a session, which would repeat
     * attempts.
     */
    private static final Map<String, String> LONG_SESSIONS =
            Map.of("group.consumer.session.timeout.ms", "60000", "broker.session.timeout.ms", "60000");

    private static final String USAGE = """
            usage: ./kurier demo [--keep]

              --keep   afterwards, leave Kurier and the two receivers running until Ctrl-C, so that you can try things
              --help   show this text

            Starts every part of Kurier and a Kafka broker in a temporary folder, on free ports, and delivers real job
            events: signed deliveries, retries on time, dead letters and their replay. Ends by itself in about 25
            seconds with a summary. Exit 0: the numbers add up; 1: they do not, or something failed; 2: bad arguments.
            """;
    private static final String WELCOME = """
            Kurier's demo. This process starts a Kafka broker, every part of Kurier and two webhook receivers:
            'dashboard' accepts everything, 'billing' first answers 503. You will see real job events published over
            HTTP and each signed delivery as it arrives. Deliveries to billing are retried after 1 and 2 seconds and
            then become dead letters; one request replays them. The demo takes about 25 seconds. At the end, the counts
            of the publisher, the receivers and the topic kurier.attempts must agree.""";

    private Demo() {}

    public static void main(String[] args) {
        List<String> given = List.of(args);
        if (given.contains("--help") || given.contains("-h")) {
            System.out.print(USAGE);
            return;
        }
        for (String argument : given) {
            if (!Set.of("--keep").contains(argument)) {
                System.err.println("kurier demo: unknown option '" + argument + "'\n\n" + USAGE);
                System.exit(2);
            }
        }
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "WARN");
            System.setProperty(KAFKA_LOG_LEVEL, "OFF");
        }
        Watchdog watchdog = Watchdog.start(LIMIT);
        int code = run(watchdog, given.contains("--keep"));
        watchdog.cleaned();
        System.exit(code);
    }

    private static int run(Watchdog watchdog, boolean keep) {
        long startNanos = System.nanoTime();
        Terminal terminal = Terminal.standard();
        Observations observations = new Observations();
        terminal.line(WELCOME);
        try {
            int code = runScenario(watchdog, keep, terminal, observations);
            terminal.line(String.format(
                    Locale.ROOT,
                    "Every part is stopped and the temporary folder is deleted, after %.1f s.",
                    (System.nanoTime() - startNanos) / 1e9));
            return code;
        } catch (InterruptedException | InterruptException e) {
            System.err.println(
                    watchdog.wasLate()
                            ? "kurier demo: stopped, because it was not done after " + LIMIT.toSeconds() + " s"
                            : "kurier demo: interrupted");
            return 1;
        } catch (ExecutionException | RuntimeException e) {
            System.err.println(
                    "kurier demo: " + e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")"));
            return 1;
        }
    }

    private static int runScenario(Watchdog watchdog, boolean keep, Terminal terminal, Observations observations)
            throws InterruptedException, ExecutionException {
        try (TemporaryFolder folder = TemporaryFolder.make();
                LiveView view = new LiveView(terminal, observations);
                Installation kurier = start(view, folder.path());
                Scenario scenario = new Scenario(kurier, observations, view)) {
            Summary summary = scenario.run();
            view.heading("4. Summary");
            SummaryTable.lines(summary).forEach(view::say);
            view.say("");
            if (keep) {
                watchdog.keeping();
                view.say(instructions(kurier));
                kurier.failure().get();
            }
            watchdog.cleaning();
            view.status(() -> "stopping");
            return exitCode(summary);
        }
    }

    static int exitCode(Summary summary) {
        return summary.addsUp() ? 0 : 1;
    }

    private static Installation start(LiveView view, Path folder) throws InterruptedException {
        view.heading("0. Start a Kafka broker and every part of Kurier");
        view.status(() -> "   starting");
        return Installation.start(settings(folder), LONG_SESSIONS);
    }

    private static Map<String, String> settings(Path folder) {
        return Map.of(
                "KURIER_DATA_DIR", folder.toString(),
                "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                "KURIER_KAFKA_LISTEN", "127.0.0.1:0",
                "KURIER_ALLOW_PRIVATE_NETWORKS", "true",
                // an open circuit would postpone deliveries, and the demo shows dead letters
                "KURIER_CIRCUIT_FAILURE_PERCENT", "0");
    }

    private static String instructions(Installation kurier) {
        return """
                Kurier and both receivers run until Ctrl-C; every delivery is shown here. In a second terminal:

                  URL=%s/api/v1
                  KEY=$(cat %s)
                  curl -s $URL/webhooks -H "Authorization: Bearer $KEY"
                  curl -s $URL/events -H "Authorization: Bearer $KEY" \\
                    -d '{"type": "job.completed", "job_id": "job-1", "data": {"status": "completed"}}'
                  curl -s $URL/dead-letters -H "Authorization: Bearer $KEY"
                """.formatted(kurier.url(), kurier.dataDir().resolve("operator.key"));
    }
}
