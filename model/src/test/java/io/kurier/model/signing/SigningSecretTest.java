package io.kurier.model.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {
    /** The vector the Standard Webhooks libraries publish. */
    private static final String PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long TIMESTAMP = 1_614_265_330L;
    private static final String BODY = "{\"test\": 2432232314}";

    @Test
    void signsThePublishedVector() {
        assertThat(SigningSecret.parse(PUBLISHED).sign(ID, TIMESTAMP, BODY.getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void everyPartThatIsSignedChangesTheSignature() {
        SigningSecret secret = SigningSecret.parse(PUBLISHED);
        byte[] body = BODY.getBytes(UTF_8);

        assertThat(List.of(
                        secret.sign(ID, TIMESTAMP, body),
                        secret.sign(ID + "x", TIMESTAMP, body),
                        secret.sign(ID, TIMESTAMP + 1, body),
                        secret.sign(ID, TIMESTAMP, (BODY + " ").getBytes(UTF_8)),
                        SigningSecret.random().sign(ID, TIMESTAMP, body)))
                .doesNotHaveDuplicates();
    }

    @Test
    void theIndependentLibraryMakesTheSameSignatures() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            String text = secretOf(random, SigningSecret.MIN_BYTES + random.nextInt(41));
            String body = "{\"n\":" + random.nextLong() + ",\"text\":\"äß漢😀\"}";
            long timestamp = random.nextInt(Integer.MAX_VALUE);

            assertThat(SigningSecret.parse(text).sign("msg_" + i, timestamp, body.getBytes(UTF_8)))
                    .isEqualTo(new Webhook(text).sign("msg_" + i, timestamp, body));
        }
    }

    @Test
    void theIndependentLibraryVerifiesWhatWasSignedAndRefusesWhatWasChanged() throws Exception {
        SigningSecret secret = SigningSecret.random();
        Webhook receiver = new Webhook(secret.reveal());
        long now = System.currentTimeMillis() / 1000;
        var headers = headers("msg_1", now, secret.sign("msg_1", now, BODY.getBytes(UTF_8)));

        receiver.verify(BODY, headers);
        assertThatExceptionOfType(WebhookVerificationException.class)
                .isThrownBy(() -> receiver.verify(BODY + " ", headers));
        assertThatExceptionOfType(WebhookVerificationException.class)
                .isThrownBy(() -> new Webhook(SigningSecret.random().reveal()).verify(BODY, headers));
    }

    private static Map<String, List<String>> headers(String id, long timestamp, String signature) {
        return Map.of(
                "webhook-id", List.of(id),
                "webhook-timestamp", List.of(Long.toString(timestamp)),
                "webhook-signature", List.of(signature));
    }

    @Test
    void manyThreadsShareOneSecretWithoutMixingSignatures() throws Exception {
        SigningSecret secret = SigningSecret.parse(PUBLISHED);
        var threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Long>> work = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int number = t;
                byte[] body = ("body " + t).getBytes(UTF_8);
                String expected = SigningSecret.parse(PUBLISHED).sign("msg_" + number, number, body);
                work.add(() -> IntStream.range(0, 2_000)
                        .filter(i -> !secret.sign("msg_" + number, number, body).equals(expected))
                        .count());
            }
            for (Future<Long> wrong : threads.invokeAll(work)) {
                assertThat(wrong.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void bothEndsOfTheLengthAreAcceptedAndTheirNeighboursRefused() {
        Random random = new Random(1);
        assertThat(SigningSecret.parse(secretOf(random, 24)).reveal()).startsWith("whsec_");
        assertThat(SigningSecret.parse(secretOf(random, 64)).reveal()).startsWith("whsec_");
        assertThatThrownBy(() -> SigningSecret.parse(secretOf(random, 23))).hasMessageContaining("found 23");
        assertThatThrownBy(() -> SigningSecret.parse(secretOf(random, 65))).hasMessageContaining("found 65");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "whsec_",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI_2LaLaSw",
                "whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            })
    void whatIsNoSecretIsRefusedWithoutRepeatingIt(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SigningSecret.parse(text))
                .withMessageContaining("expected whsec_")
                .satisfies(refused ->
                        assertThat(refused.toString() + refused.getCause()).doesNotContain("MfKQ9r8GKYqrTwjUPD8ILPZI"));
    }

    @Test
    void aRandomSecretIsAlwaysNewAndReadsBack() {
        SigningSecret made = SigningSecret.random();

        assertThat(made.reveal()).isNotEqualTo(SigningSecret.random().reveal());
        assertThat(SigningSecret.parse(made.reveal()).sign(ID, 1, new byte[0]))
                .isEqualTo(made.sign(ID, 1, new byte[0]));
    }

    @Test
    void printingItDoesNotShowIt() {
        assertThat(SigningSecret.parse(PUBLISHED)).hasToString("SigningSecret[hidden]");
    }

    private static String secretOf(Random random, int bytes) {
        byte[] key = new byte[bytes];
        random.nextBytes(key);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }
}
