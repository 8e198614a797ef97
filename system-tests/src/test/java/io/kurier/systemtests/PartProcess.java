package io.kurier.systemtests;

import io.kurier.dispatcher.Dispatcher;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.Part;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.scheduler.RetryScheduler;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.sender.SenderConfig;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * One part as a process of its own. The first argument names the part, an optional second one is the {@link
 * CrashPlan}. The process prints {@link #READY} and begins when it gets a line on standard input, so that its JVM has
 * started by then.
 */
final class PartProcess {
    static final String READY = "READY";
    static final String DISPATCHER = "dispatcher";
    static final String SCHEDULER = "scheduler";

    private PartProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Settings settings = Settings.fromEnvironment(definitions());
        KafkaSettings kafka = KafkaSettings.from(settings);
        SecretBox box = SecretBox.withKey(settings.secret(KurierRuntime.ENCRYPTION_KEY));
        CrashingClients crashing =
                args.length < 2 ? null : new CrashingClients(kafka.client(), CrashPlan.parse(args[1]));
        KafkaClients clients = crashing == null ? new ConfiguredKafkaClients(kafka.client()) : crashing;
        KurierRuntime runtime = KurierRuntime.start(kafka, clients, box, InstantSource.system());
        if (crashing != null) {
            crashing.crashReport(() -> CrashingClients.UNSETTLED + unsettled(runtime));
        }
        System.out.println(READY);
        if (System.in.read() < 0) {
            System.exit(0);
        }
        Part part = args[0].equals(DISPATCHER)
                ? new Dispatcher(runtime, DispatcherConfig.from(settings)).start()
                : new RetryScheduler(runtime, RetrySchedulerConfig.from(settings)).start();
        try {
            part.failure().join();
        } catch (CompletionException e) {
            System.out.println("FAILED " + e.getCause());
            System.exit(1);
        }
    }

    static List<org.apache.kafka.common.config.ConfigDef> definitions() {
        return List.of(
                KafkaSettings.definition(),
                KurierRuntime.definition(),
                EgressSettings.definition(),
                SenderConfig.definition(),
                DispatcherConfig.definition(),
                RetrySchedulerConfig.definition());
    }

    /** @return attempts that a crash now would repeat, by the worker's own metrics; 0 in a scheduler */
    private static int unsettled(KurierRuntime runtime) {
        return runtime.metrics().find("kurier.outcomes.uncommitted").gauges().stream()
                        .mapToInt(gauge -> (int) gauge.value())
                        .sum()
                + runtime.metrics().find("kurier.attempts.in.flight").gauges().stream()
                        .mapToInt(gauge -> (int) gauge.value())
                        .sum();
    }
}
