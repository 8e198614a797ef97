package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Answer;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import io.kurier.testkit.Signatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tenant's actions over the API of a standalone process, across the restarts that a change of the encryption key
 * needs.
 */
class StandaloneTenantST {
    private static final Pattern SECRET = Pattern.compile("\"secret\":\"(whsec_[^\"]+)\"");
    private static final String DEFAULT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final int HELD_EVENTS = 10;
    private static final String FORMER_KEY = encryptionKey(1);
    private static final String NEW_KEY = encryptionKey(2);

    @TempDir
    Path folder;

    private final ScriptedReceiver receiver = ScriptedReceiver.start();

    @AfterEach
    void stop() {
        receiver.close();
    }

    private static String encryptionKey(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(key);
    }

    private ChildProcess start(String encryptionKeys) {
        return StandaloneProcess.start(
                folder,
                Map.of(
                        "KURIER_ENCRYPTION_KEY", encryptionKeys,
                        "KURIER_RETRY_TIERS", "500ms 2s",
                        "KURIER_ALLOW_PRIVATE_NETWORKS", "true"));
    }

    /** Stops in order, so that every finished delivery is on record. */
    private static void end(ChildProcess child) throws InterruptedException {
        child.terminate();
        child.awaitExit(ChildProcess.WAIT_LIMIT);
    }

    private static String secret(String answer) {
        var found = SECRET.matcher(answer);
        assertThat(found.find()).as(answer).isTrue();
        return found.group(1);
    }

    private static void publish(ApiClient api, int n, String more) throws Exception {
        api.call("POST", "/events", "{'type':'job.completed','job_id':'j','data':{'n':%d}%s}".formatted(n, more), 202);
    }

    private Received awaitNth(String path, int n) {
        return receiver.awaitRequests(path, n, ChildProcess.WAIT_LIMIT).get(n - 1);
    }

    @Test
    void aTenantsWebhooksSurviveNewSecretsAndANewEncryptionKey() throws Exception {
        String former = DEFAULT_SECRET;
        String current;
        try (ChildProcess child = start(FORMER_KEY)) {
            ApiClient api = ApiClient.of(child, folder).awaitReady();
            anAdHocWebhookIsRetried(api);
            String made = api.call(
                    "POST",
                    "/webhooks",
                    "{'url':'%s','events':['job.*'],'when':'data.n > 1','transform':'[type, data.n]'}"
                            .formatted(receiver.url("/hook")),
                    201);
            assertThat(made)
                    .as("no secret in the answer, because it is the tenant's")
                    .doesNotContain("whsec_");
            String id = made.replaceFirst(".*\"id\":\"(wh_[^\"]+)\".*", "$1");
            publish(api, 1, "");
            publish(api, 2, "");
            Signatures.verify(awaitNth("/hook", 1), former);
            current = secret(api.call("POST", "/webhooks/" + id + "/rotate-secret", "{'overlap':'1h'}", 200));
            publish(api, 3, "");
            Signatures.verify(awaitNth("/hook", 2), former);
            Signatures.verify(awaitNth("/hook", 2), current);
            end(child);
        }
        try (ChildProcess child = start(NEW_KEY + "," + FORMER_KEY)) {
            ApiClient api = ApiClient.of(child, folder).awaitReady();
            publish(api, 4, "");
            Signatures.verify(awaitNth("/hook", 3), former);
            Awaitility.await("nothing is encrypted with the former key")
                    .atMost(ChildProcess.WAIT_LIMIT)
                    .until(() -> api.metric("kurier_webhooks_former_key") == 0);
            api.call("PATCH", "/tenants/default", "{'allow_webhook_url':false}", 200);
            end(child);
        }
        try (ChildProcess child = start(NEW_KEY)) {
            publish(ApiClient.of(child, folder).awaitReady(), 5, "");
            Signatures.verify(awaitNth("/hook", 4), current);
        }
        assertThat(receiver.requests("/hook"))
                .extracting(Received::text)
                .containsExactly(
                        "[\"job.completed\",2]",
                        "[\"job.completed\",3]",
                        "[\"job.completed\",4]",
                        "[\"job.completed\",5]");
    }

    @Test
    void heldDeliveriesAreReleasedInOrder() throws Exception {
        try (ChildProcess child = start(FORMER_KEY)) {
            ApiClient api = ApiClient.of(child, folder).awaitReady();
            String webhook = "/webhooks/" + api.registerWebhook(receiver.url("/hook"), "[\"1s\"]");
            api.call("POST", webhook + "/pause", "{}", 200);
            publishHeld(api, 0);
            api.call("POST", webhook + "/resume", "{}", 200);
            awaitNth("/hook", HELD_EVENTS);

            api.call("POST", webhook + "/disable", "{}", 200);
            publishHeld(api, HELD_EVENTS);
            api.call("POST", webhook + "/enable", "{'release':false}", 200);
            publish(api, 2 * HELD_EVENTS, "");
            assertThat(awaitNth("/hook", HELD_EVENTS + 1).text()).contains("{\"n\":%d}".formatted(2 * HELD_EVENTS));
            String filter = "{'filter':{'webhook_id':'%s'},'from':'held'}"
                    .formatted(webhook.substring(webhook.lastIndexOf('/') + 1));
            api.call("POST", "/replays", filter, 202);
            awaitNth("/hook", 2 * HELD_EVENTS + 1);
        }
        List<String> expected = IntStream.concat(
                        IntStream.concat(IntStream.range(0, HELD_EVENTS), IntStream.of(2 * HELD_EVENTS)),
                        IntStream.range(HELD_EVENTS, 2 * HELD_EVENTS))
                .mapToObj("{\"n\":%d}"::formatted)
                .toList();
        assertThat(receiver.requests("/hook"))
                .extracting(request -> request.text().replaceFirst(".*\"data\":(.*)}", "$1"))
                .isEqualTo(expected);
    }

    /**
     * Publishes events of one job and returns once they are on record as held.
     *
     * @param from number of the first event
     */
    private static void publishHeld(ApiClient api, int from) throws Exception {
        for (int n = from; n < from + HELD_EVENTS; n++) {
            publish(api, n, "");
        }
        Awaitility.await("the published events are held")
                .atMost(ChildProcess.WAIT_LIMIT)
                .until(() -> api.metric("kurier_outcomes_total{outcome=\"held\"}") == from + HELD_EVENTS
                        && api.metric("kurier_outcomes_uncommitted") == 0);
    }

    private void anAdHocWebhookIsRetried(ApiClient api) throws Exception {
        api.call(
                "PATCH",
                "/tenants/default",
                "{'allow_webhook_url':true,'webhook_defaults':{'secret':'%s','retry':{'schedule':['600ms'],'jitter':0}}}"
                        .formatted(DEFAULT_SECRET),
                200);
        receiver.respond("/one-off", Answer.status(503));
        publish(api, 0, ",'webhook_url':'%s'".formatted(receiver.url("/one-off")));
        Received again = awaitNth("/one-off", 2);
        assertThat(again.header("webhook-attempt")).hasValue("2");
        assertThat(Duration.ofMillis(
                        again.arrivedAtEpochMs() - awaitNth("/one-off", 1).arrivedAtEpochMs()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(600));
        Signatures.verify(again, DEFAULT_SECRET);
    }
}
