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

/** {@code ./kurier demo}. Exit 0: the numbers add up; 1: they do not, or it failed; 2: bad arguments. */
public final class Demo {
    private static final String LOG_LEVEL = "KURIER_LOG_LEVEL";
    /** Kafka complains while topics are made, or the machine is slow; what goes wrong the demo says itself. */
    private static final String KAFKA_LOG_LEVEL = "KURIER_LOG_LEVEL_KAFKA";

    /** It takes about 25 s; a machine that is busy with other things gets more, before the demo gives up. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** Nobody crashes here: a machine that sleeps for some seconds must not look like it, which would repeat attempts. */
    private static final Map<String, String> PATIENT_BROKER =
            Map.of("group.consumer.session.timeout.ms", "60000", "broker.session.timeout.ms", "60000");

    private static final String USAGE = """
            usage: ./kurier demo [--keep]

              --keep   leave Kurier and the two receivers running afterwards, to try things, until Ctrl-C
              --help   this text

            Starts a whole Kurier with a Kafka broker of its own in a temporary folder, on free ports, and shows the way
            of real job events: signed deliveries, retries on time, dead letters, their replay. Ends by itself in about
            25 seconds with a summary. Exit 0: the numbers add up; 1: they do not, or something failed.
            """;
    private static final String WELCOME = """
            Kurier's demo. In this process start a Kafka broker and every part of Kurier, and two receivers of
            webhooks: 'dashboard' takes everything, 'billing' answers 503 until it is told otherwise. You will see
            real job events published over HTTP, and each signed delivery as it arrives; how billing's deliveries are
            tried again after 1 and 2 seconds and then become dead letters; and how one request replays those. It
            takes about 25 seconds. In the end publisher, receivers and the topic kurier.attempts must agree.""";

    private Demo() {}

    public static void main(String[] args) {
        List<String> given = List.of(args);
        if (given.contains("--help") || given.contains("-h")) {
            System.out.print(USAGE);
            return;
        }
        for (String argument : given) {
            if (!Set.of("--keep").contains(argument)) {
                System.err.println("kurier demo: there is no option '" + argument + "'\n\n" + USAGE);
                System.exit(2);
            }
        }
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "WARN");
            System.setProperty(KAFKA_LOG_LEVEL, "OFF");
        }
        Guard guard = Guard.start(LIMIT);
        int code = run(guard, given.contains("--keep"));
        guard.cleaned();
        System.exit(code);
    }

    private static int run(Guard guard, boolean keep) {
        long startNanos = System.nanoTime();
        Terminal terminal = Terminal.standard();
        Evidence evidence = new Evidence();
        terminal.line(WELCOME);
        try {
            int code = play(guard, keep, terminal, evidence);
            terminal.line(String.format(
                    Locale.ROOT,
                    "Everything is stopped and its folder deleted, after %.1f s.",
                    (System.nanoTime() - startNanos) / 1e9));
            return code;
        } catch (InterruptedException | InterruptException e) {
            System.err.println(
                    guard.wasLate()
                            ? "kurier demo: not done after " + LIMIT.toSeconds() + " s, so it stops"
                            : "kurier demo: stopped");
            return 1;
        } catch (ExecutionException | RuntimeException e) {
            System.err.println(
                    "kurier demo: " + e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")"));
            return 1;
        }
    }

    private static int play(Guard guard, boolean keep, Terminal terminal, Evidence evidence)
            throws InterruptedException, ExecutionException {
        try (TemporaryFolder folder = TemporaryFolder.make();
                LiveView view = new LiveView(terminal, evidence);
                Installation kurier = start(view, folder.path());
                Scenario scenario = new Scenario(kurier, evidence, view)) {
            Summary summary = scenario.play();
            view.heading("4. Summary");
            SummaryTable.lines(summary).forEach(view::say);
            view.say("");
            if (keep) {
                guard.keeping();
                view.say(instructions(kurier));
                kurier.failure().get();
            }
            guard.cleaning();
            view.status(() -> "stopping");
            return exitCode(summary);
        }
    }

    static int exitCode(Summary summary) {
        return summary.addsUp() ? 0 : 1;
    }

    private static Installation start(LiveView view, Path folder) throws InterruptedException {
        view.heading("0. A Kafka broker and every part of Kurier start");
        view.status(() -> "   starting");
        return Installation.start(settings(folder), PATIENT_BROKER);
    }

    private static Map<String, String> settings(Path folder) {
        return Map.of(
                "KURIER_DATA_DIR", folder.toString(),
                "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                "KURIER_KAFKA_LISTEN", "127.0.0.1:0",
                "KURIER_ALLOW_PRIVATE_NETWORKS", "true",
                // an open circuit would keep deliveries from dying, and dead letters are what is shown
                "KURIER_CIRCUIT_FAILURE_PERCENT", "0");
    }

    private static String instructions(Installation kurier) {
        return """
                Kurier and both receivers stay until Ctrl-C; what arrives is shown here. In a second terminal:

                  URL=%s/api/v1
                  KEY=$(cat %s)
                  curl -s $URL/webhooks -H "Authorization: Bearer $KEY"
                  curl -s $URL/events -H "Authorization: Bearer $KEY" \\
                    -d '{"type": "job.completed", "job_id": "job-1", "data": {"status": "completed"}}'
                  curl -s $URL/dead-letters -H "Authorization: Bearer $KEY"
                """.formatted(kurier.url(), kurier.dataDir().resolve("operator.key"));
    }
}
