package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.standalone.Standalone;
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

/** What a tenant does over the API, by the standalone process, through the restarts that a change of the encryption key takes. */
class StandaloneTenantST {
    private static final Pattern SECRET = Pattern.compile("\"secret\":\"(whsec_[^\"]+)\"");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DEFAULT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final int HELD = 10;
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

    private Child start(String encryptionKeys) {
        return Child.start(
                Standalone.class,
                Map.of(
                        "KURIER_DATA_DIR", folder.toString(),
                        "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                        "KURIER_KAFKA_LISTEN", "127.0.0.1:0",
                        "KURIER_ENCRYPTION_KEY", encryptionKeys,
                        "KURIER_RETRY_TIERS", "500ms 2s",
                        "KURIER_ALLOW_PRIVATE_NETWORKS", "true"));
    }

    /** In order, so that what was delivered is on record. */
    private static void end(Child child) throws InterruptedException {
        child.terminate();
        child.awaitExit(PATIENCE);
    }

    private static String secret(String answer) {
        var found = SECRET.matcher(answer);
        assertThat(found.find()).as(answer).isTrue();
        return found.group(1);
    }

    private static void publish(Api api, int n, String more) throws Exception {
        api.call("POST", "/events", "{'type':'job.completed','job_id':'j','data':{'n':%d}%s}".formatted(n, more), 202);
    }

    private Received awaitNth(String path, int n) {
        return receiver.awaitRequests(path, n, PATIENCE).get(n - 1);
    }

    @Test
    void aTenantsWebhooksOutliveChangesOfSecretsAndOfTheKeyThatEncryptsThem() throws Exception {
        String former = DEFAULT_SECRET;
        String current;
        try (Child child = start(FORMER_KEY)) {
            Api api = Api.of(child, folder).awaitReady();
            aReceiverNamedByAnEventIsTriedAgain(api);
            String made = api.call(
                    "POST",
                    "/webhooks",
                    "{'url':'%s','events':['job.*'],'when':'data.n > 1','transform':'[type, data.n]'}"
                            .formatted(receiver.url("/hook")),
                    201);
            assertThat(made).as("its secret is the tenant's").doesNotContain("whsec_");
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
        try (Child child = start(NEW_KEY + "," + FORMER_KEY)) {
            Api api = Api.of(child, folder).awaitReady();
            publish(api, 4, "");
            Signatures.verify(awaitNth("/hook", 3), former);
            Awaitility.await("nothing is encrypted with the former key")
                    .atMost(PATIENCE)
                    .until(() -> api.metric("kurier_webhooks_former_key") == 0);
            api.call("PATCH", "/tenants/default", "{'allow_webhook_url':false}", 200);
            end(child);
        }
        try (Child child = start(NEW_KEY)) {
            publish(Api.of(child, folder).awaitReady(), 5, "");
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
    void whatIsHeldComesInOrderWhenItsWebhookGoesOn() throws Exception {
        try (Child child = start(FORMER_KEY)) {
            Api api = Api.of(child, folder).awaitReady();
            String webhook = "/webhooks/" + api.registerWebhook(receiver.url("/hook"), "[\"1s\"]");
            api.call("POST", webhook + "/pause", "{}", 200);
            publishHeld(api, 0);
            api.call("POST", webhook + "/resume", "{}", 200);
            awaitNth("/hook", HELD);

            api.call("POST", webhook + "/disable", "{}", 200);
            publishHeld(api, HELD);
            api.call("POST", webhook + "/enable", "{'release':false}", 200);
            publish(api, 2 * HELD, "");
            assertThat(awaitNth("/hook", HELD + 1).text()).contains("{\"n\":%d}".formatted(2 * HELD));
            String filter = "{'filter':{'webhook_id':'%s'},'from':'held'}"
                    .formatted(webhook.substring(webhook.lastIndexOf('/') + 1));
            api.call("POST", "/replays", filter, 202);
            awaitNth("/hook", 2 * HELD + 1);
        }
        List<String> expected = IntStream.concat(
                        IntStream.concat(IntStream.range(0, HELD), IntStream.of(2 * HELD)),
                        IntStream.range(HELD, 2 * HELD))
                .mapToObj("{\"n\":%d}"::formatted)
                .toList();
        assertThat(receiver.requests("/hook"))
                .extracting(request -> request.text().replaceFirst(".*\"data\":(.*)}", "$1"))
                .isEqualTo(expected);
    }

    /** Events of one job from a number on, which are on record as held when this returns. */
    private static void publishHeld(Api api, int from) throws Exception {
        for (int n = from; n < from + HELD; n++) {
            publish(api, n, "");
        }
        Awaitility.await("what was published is held")
                .atMost(PATIENCE)
                .until(() -> api.metric("kurier_outcomes_total{outcome=\"held\"}") == from + HELD
                        && api.metric("kurier_outcomes_uncommitted") == 0);
    }

    private void aReceiverNamedByAnEventIsTriedAgain(Api api) throws Exception {
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
