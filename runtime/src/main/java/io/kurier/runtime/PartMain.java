package io.kurier.runtime;

import io.kurier.runtime.config.BadSettingsException;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.AdminServer;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.health.Health;
import io.kurier.runtime.kafka.UnfitTopicsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one part as a process, until a signal arrives or the part fails. Exit codes: 1 if the part failed or could not
 * start, 2 for bad settings or topics, and the JVM's own after a signal, such as 143 after SIGTERM.
 */
public final class PartMain {
    public static final String ADMIN_LISTEN = "KURIER_ADMIN_LISTEN";
    private static final Logger log = LoggerFactory.getLogger(PartMain.class);

    private PartMain() {}

    /** The settings of a process without an API. */
    public static ConfigDef adminDefinition() {
        return new ConfigDef()
                .define(
                        ADMIN_LISTEN,
                        Type.STRING,
                        "127.0.0.1:0",
                        Checks.hostPort(),
                        Importance.MEDIUM,
                        "Address on which a process without an API serves `/health/live`, `/health/ready` and "
                                + "`/metrics`. With port 0 the system chooses a free port; the process logs it.");
    }

    /**
     * Runs a part without an API, with a small HTTP server for health and metrics. Returns when the JVM shuts down.
     *
     * @param definitions the part's own settings
     * @param start starts the part; called once
     */
    public static void run(List<ConfigDef> definitions, BiFunction<KurierRuntime, Settings, Part> start) {
        List<ConfigDef> all = new ArrayList<>(definitions);
        all.add(adminDefinition());
        runServing(all, (runtime, settings) -> {
            Part part = start.apply(runtime, settings);
            Health health = new Health(() -> checks(runtime, part));
            AdminServer admin = new AdminServer(settings.hostPort(ADMIN_LISTEN), health, runtime.metrics());
            log.info("Serving health and metrics on port {}", admin.port());
            return new WithAdmin(part, admin);
        });
    }

    /** The same for a part that serves health and metrics by itself. */
    public static void runServing(List<ConfigDef> definitions, BiFunction<KurierRuntime, Settings, Part> start) {
        List<ConfigDef> all = new ArrayList<>(KurierRuntime.definitions());
        all.addAll(definitions);
        try {
            Settings settings = Settings.fromEnvironment(all);
            KurierRuntime runtime = KurierRuntime.start(settings);
            untilSignal(runtime, start.apply(runtime, settings));
        } catch (BadSettingsException e) {
            exit(2, "cannot start with these settings:\n" + e.getMessage());
        } catch (UnfitTopicsException e) {
            exit(2, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            exit(1, "interrupted while starting");
        } catch (RuntimeException e) {
            log.debug("Start failed", e);
            exit(1, "cannot start: " + e.getMessage());
        }
    }

    /** The health checks of a process that runs this part. */
    public static List<Check> checks(KurierRuntime runtime, Part part) {
        List<Check> checks = new ArrayList<>(runtime.health());
        checks.addAll(part.health());
        return checks;
    }

    private static void untilSignal(KurierRuntime runtime, Part part) {
        Thread hook = new Thread(
                () -> {
                    part.close();
                    runtime.close();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            part.failure().join();
        } catch (CompletionException e) {
            exit(1, "stopped after a failure: " + e.getCause());
        }
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        System.exit(code);
    }

    private record WithAdmin(Part part, AdminServer admin) implements Part {
        @Override
        public List<Check> health() {
            return part.health();
        }

        @Override
        public CompletableFuture<Void> failure() {
            return part.failure();
        }

        @Override
        public void close() {
            part.close();
            admin.close();
        }
    }
}
