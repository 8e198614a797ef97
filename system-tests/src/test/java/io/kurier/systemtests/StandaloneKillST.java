package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills and stops the standalone process while events come in, and starts it again on its data folder. */
class StandaloneKillST {
    private static final Map<String, String> SETTINGS =
            Map.of("KURIER_RETRY_TIERS", "500ms 2s", "KURIER_ALLOW_PRIVATE_NETWORKS", "true");
    private static final int BETWEEN_KILLS = 150;
    /** The worker commits every 100 ms; the rest is for a busy machine. */
    private static final long UNCOMMITTED_MS = 2_000;

    @TempDir
    Path folder;

    private final List<String> accepted = new ArrayList<>();
    private final List<Long> killsAtMs = new ArrayList<>();
    private ScriptedReceiver receiver;
    private int published;

    @BeforeEach
    void start() {
        receiver = ScriptedReceiver.start();
        receiver.answerWith(StandaloneKillST::answer);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    /** Every fifth event fails once. */
    private static Answer answer(Received request) {
        boolean fails = request.text().matches(".*\"n\":\\d*[05]\\}.*")
                && attempt(request).equals("1");
        return (fails ? Answer.status(503) : Answer.ok()).delay(Duration.ofMillis(10));
    }

    private ChildProcess startStandalone() {
        return StandaloneProcess.start(folder, SETTINGS);
    }

    private void publish(ApiClient api, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            api.publish(published++).ifPresent(accepted::add);
        }
    }

    @Test
    void everyAcceptedEventIsDeliveredAlthoughTheProcessIsKilledTwice() throws Exception {
        String webhook;
        try (ChildProcess first = startStandalone()) {
            ApiClient api = ApiClient.of(first, folder);
            webhook = api.registerWebhook(receiver.url("/hook"), "[\"600ms\",\"1s\"]");
            publishAndKill(api, first);
        }
        try (ChildProcess second = startStandalone()) {
            publishAndKill(ApiClient.of(second, folder), second);
        }
        try (ChildProcess third = startStandalone()) {
            ApiClient api = ApiClient.of(third, folder);
            assertThat(api.webhooks()).contains(webhook);
            publish(api, 20);
            assertThat(accepted).hasSizeGreaterThan(2 * BETWEEN_KILLS);
            awaitAllDelivered(webhook);
        }
        repeatedAttemptsWereOpenAtAKill();
    }

    private void publishAndKill(ApiClient api, ChildProcess child) throws Exception {
        publish(api, BETWEEN_KILLS);
        Thread kill = new Thread(child::kill, "kill");
        kill.start();
        publish(api, 20);
        kill.join();
        killsAtMs.add(System.currentTimeMillis());
    }

    private void awaitAllDelivered(String webhook) {
        Set<String> ids = accepted.stream().map(id -> Ids.delivery(id, webhook)).collect(Collectors.toSet());
        Awaitility.await("all accepted events are delivered")
                .atMost(ChildProcess.WAIT_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(succeeded()).containsAll(ids));
    }

    private Set<String> succeeded() {
        return receiver.requests("/hook").stream()
                .filter(request ->
                        !attempt(request).equals("1") || !request.text().matches(".*\"n\":\\d*[05]\\}.*"))
                .map(StandaloneKillST::delivery)
                .collect(Collectors.toSet());
    }

    private void repeatedAttemptsWereOpenAtAKill() {
        Map<String, Long> firstAtMs = new HashMap<>();
        for (Received request : receiver.requests("/hook")) {
            String place = delivery(request) + " attempt " + attempt(request);
            Long first = firstAtMs.putIfAbsent(place, request.arrivedAtEpochMs());
            if (first != null) {
                assertThat(killsAtMs)
                        .as("kills during which %s, first received at %s, was open", place, first)
                        .anyMatch(kill -> first <= kill && first >= kill - UNCOMMITTED_MS);
            }
        }
    }

    @Test
    void aStopCommitsFinishedWorkAndRepeatsNothing() throws Exception {
        String webhook;
        try (ChildProcess first = startStandalone()) {
            ApiClient api = ApiClient.of(first, folder);
            webhook = api.registerWebhook(receiver.url("/hook"), "[\"600ms\",\"1s\"]");
            publish(api, BETWEEN_KILLS);
            first.terminate();
            assertThat(first.awaitExit(Duration.ofMinutes(1)))
                    .as(first.output())
                    .isIn(0, 143);
        }
        try (ChildProcess second = startStandalone()) {
            publish(ApiClient.of(second, folder), 20);
            awaitAllDelivered(webhook);
        }
        repeatedAttemptsWereOpenAtAKill();
        assertThat(accepted).hasSize(BETWEEN_KILLS + 20);
    }

    @Test
    void allInvalidSettingsAreReportedAtOnce() throws Exception {
        Map<String, String> invalid = Map.of("KURIER_PARTITIONS", "many", "KURIER_HTTP_LISTEN", "nowhere");
        try (ChildProcess child = StandaloneProcess.start(folder, invalid)) {
            assertThat(child.awaitExit(Duration.ofMinutes(1)))
                    .as(child.output())
                    .isEqualTo(2);
            assertThat(child.output()).contains("KURIER_PARTITIONS", "many", "KURIER_HTTP_LISTEN", "nowhere");
        }
    }

    private static String delivery(Received request) {
        return request.header("webhook-id").orElseThrow();
    }

    private static String attempt(Received request) {
        return request.header("webhook-attempt").orElseThrow();
    }
}
