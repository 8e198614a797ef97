package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.testkit.Answer;
import io.kurier.testkit.BrokerFixture;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Every part as the process an operator runs, several of each, and one worker killed in the middle of its work. */
class SeparatePartsST {
    private static final int EVENTS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String KEY = "an-operator-key-of-the-test";
    /** Two attempts at once of 100 ms each: two workers take five seconds. */
    private static final Map<String, String> SETTINGS =
            Map.of("KURIER_OPERATOR_KEY", KEY, "KURIER_HTTP_LISTEN", "127.0.0.1:0", "KURIER_WEBHOOK_CONCURRENCY", "2");

    @Test
    void allEndsAndNothingIsLostWhenAWorkerIsKilled() throws Exception {
        try (BrokerFixture broker = Scene.broker();
                ScriptedReceiver receiver = ScriptedReceiver.start();
                Scene scene = new Scene(broker, SETTINGS)) {
            receiver.answerWith(SeparatePartsST::answer);
            try (Child ingest = Child.start(io.kurier.ingest.Main.class, scene.settings);
                    Child doomed = Child.start(io.kurier.dispatcher.Main.class, scene.settings);
                    Child worker = Child.start(io.kurier.dispatcher.Main.class, scene.settings);
                    Child scheduler = Child.start(io.kurier.scheduler.Main.class, scene.settings);
                    Child another = Child.start(io.kurier.scheduler.Main.class, scene.settings)) {
                doomed.awaitLine("took over");
                worker.awaitLine("took over");
                Api api = api(ingest);
                String webhook = api.registerWebhook(receiver.url("/hook"), "[\"600ms\"]");
                DeliveryAudit audit = new DeliveryAudit(scene, publish(api, webhook));
                receiver.awaitRequests("/hook", EVENTS / 4, PATIENCE);
                doomed.kill();
                Set<String> open = audit.openAttempts(receiver.requests("/hook"));
                Awaitility.await("every delivery ended")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(200))
                        .failFast("a child ended", () -> List.of(ingest, worker, scheduler, another)
                                .forEach(Child::mustLive))
                        .until(audit::isOver);
                audit.everyDeliveryEndedOnceByOneChain();
                audit.receivedOnceBut(receiver.requests("/hook"), open);
            }
        }
    }

    /** Every fourth event fails once. */
    private static Answer answer(Received request) {
        boolean first = request.header("webhook-attempt").orElse("").equals("1");
        boolean fails = first && request.text().matches(".*\"n\":\\d*[048]\\}.*");
        return (fails ? Answer.status(500) : Answer.ok()).delay(Duration.ofMillis(100));
    }

    private static Api api(Child ingest) {
        String line = ingest.awaitLine("the API listens on ");
        return new Api(line.substring(line.indexOf("http://")), KEY).awaitReady();
    }

    /** One after the other; every one must be accepted. */
    private static List<String> publish(Api api, String webhook) throws InterruptedException {
        List<String> deliveries = new ArrayList<>();
        for (int n = 0; n < EVENTS; n++) {
            deliveries.add(Ids.delivery(api.publish(n).orElseThrow(), webhook));
        }
        return deliveries;
    }

    @Test
    void aPartWithoutItsKeyNamesTheSetting() throws Exception {
        try (Child child = Child.start(io.kurier.dispatcher.Main.class, Map.of())) {
            assertThat(child.awaitExit(Duration.ofMinutes(1)))
                    .as(child.output())
                    .isEqualTo(2);
            assertThat(child.output()).contains("KURIER_ENCRYPTION_KEY");
        }
    }
}
