package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.testkit.Answer;
import io.kurier.testkit.kafka.BrokerFixture;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Runs every part as the process that an operator starts, several of each, and kills one worker during its work. */
class SeparatePartsST {
    private static final int EVENTS = 200;
    private static final String KEY = "an-operator-key-of-the-test";
    /** With two attempts of 100 ms at once per worker, two workers need five seconds. */
    private static final Map<String, String> SETTINGS =
            Map.of("KURIER_OPERATOR_KEY", KEY, "KURIER_HTTP_LISTEN", "127.0.0.1:0", "KURIER_WEBHOOK_CONCURRENCY", "2");

    @Test
    void everyDeliveryEndsAlthoughAWorkerIsKilled() throws Exception {
        try (BrokerFixture broker = CrashTestBroker.start();
                ScriptedReceiver receiver = ScriptedReceiver.start();
                TestInstallation installation = new TestInstallation(broker, SETTINGS)) {
            receiver.answerWith(SeparatePartsST::answer);
            try (ChildProcess ingest = ChildProcess.start(io.kurier.ingest.Main.class, installation.settings);
                    ChildProcess victim = ChildProcess.start(io.kurier.dispatcher.Main.class, installation.settings);
                    ChildProcess worker = ChildProcess.start(io.kurier.dispatcher.Main.class, installation.settings);
                    ChildProcess scheduler = ChildProcess.start(io.kurier.scheduler.Main.class, installation.settings);
                    ChildProcess another = ChildProcess.start(io.kurier.scheduler.Main.class, installation.settings)) {
                victim.awaitLine("took over");
                worker.awaitLine("took over");
                ApiClient api = api(ingest);
                String webhook = api.registerWebhook(receiver.url("/hook"), "[\"600ms\"]");
                DeliveryAudit audit = new DeliveryAudit(installation, publish(api, webhook));
                receiver.awaitRequests("/hook", EVENTS / 4, ChildProcess.WAIT_LIMIT);
                victim.kill();
                Set<String> open = audit.openAttempts(receiver.requests("/hook"));
                Awaitility.await("every delivery ended")
                        .atMost(ChildProcess.WAIT_LIMIT)
                        .pollInterval(Duration.ofMillis(200))
                        .failFast("a process ended", () -> List.of(ingest, worker, scheduler, another)
                                .forEach(ChildProcess::assertAlive))
                        .until(audit::isComplete);
                audit.everyDeliveryEndedOnceByOneChain();
                audit.receivedOnceExcept(receiver.requests("/hook"), open);
            }
        }
    }

    /** Every fourth event fails once. */
    private static Answer answer(Received request) {
        boolean first = request.header("webhook-attempt").orElse("").equals("1");
        boolean fails = first && request.text().matches(".*\"n\":\\d*[048]\\}.*");
        return (fails ? Answer.status(500) : Answer.ok()).delay(Duration.ofMillis(100));
    }

    private static ApiClient api(ChildProcess ingest) {
        String line = ingest.awaitLine("the API listens on ");
        return new ApiClient(line.substring(line.indexOf("http://")), KEY).awaitReady();
    }

    /** Publishes one event after the other; each must be accepted. */
    private static List<String> publish(ApiClient api, String webhook) throws InterruptedException {
        List<String> deliveries = new ArrayList<>();
        for (int n = 0; n < EVENTS; n++) {
            deliveries.add(Ids.delivery(api.publish(n).orElseThrow(), webhook));
        }
        return deliveries;
    }

    @Test
    void aPartWithoutAnEncryptionKeyNamesTheSetting() throws Exception {
        try (ChildProcess child = ChildProcess.start(io.kurier.dispatcher.Main.class, Map.of())) {
            assertThat(child.awaitExit(Duration.ofMinutes(1)))
                    .as(child.output())
                    .isEqualTo(2);
            assertThat(child.output()).contains("KURIER_ENCRYPTION_KEY");
        }
    }
}
