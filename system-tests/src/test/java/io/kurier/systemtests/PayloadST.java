package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kurier.model.json.RandomJson;
import io.kurier.standalone.Standalone;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever JSON is published, its receiver finds that value in the body, with every digit of its numbers. */
class PayloadST {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int PAYLOADS = 10_000;
    private static final int BATCH = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    /** {@code 5.0} and {@code 5} are one value, and so are {@code 1e400} and its 401 digits. */
    private static final Comparator<JsonNode> BY_VALUE = (one, other) -> one.isNumber() && other.isNumber()
            ? one.decimalValue().compareTo(other.decimalValue())
            : one.equals(other) ? 0 : 1;

    @TempDir
    Path folder;

    private final RandomJson random = new RandomJson(SEED, " \t\r\n");

    /** A document and numbers of any length, most of which no double holds. */
    private String payload(int n) {
        String numbers = IntStream.rangeClosed(0, n % 5)
                .mapToObj(i -> random.anyNumber())
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"numbers\":" + numbers + ",\"document\":" + random.document() + "}";
    }

    private Child startStandalone() {
        return Child.start(
                Standalone.class,
                Map.of(
                        "KURIER_DATA_DIR", folder.toString(),
                        "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                        "KURIER_KAFKA_LISTEN", "127.0.0.1:0",
                        "KURIER_ALLOW_PRIVATE_NETWORKS", "true"));
    }

    private static void publish(Api api, List<String> payloads) throws Exception {
        for (int from = 0; from < payloads.size(); from += BATCH) {
            String batch = IntStream.range(from, from + BATCH)
                    .mapToObj(n -> "{\"type\":\"job.done\",\"job_id\":\"" + n + "\",\"data\":" + payloads.get(n) + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            String answer = api.callWith("POST", "/events", batch, 202);
            assertThat(answer).as("seed %d", SEED).doesNotContain("refused");
        }
    }

    @Test
    void theValueDeliveredIsTheValuePublished() throws Exception {
        List<String> payloads = new ArrayList<>();
        for (int n = 0; n < PAYLOADS; n++) {
            payloads.add(payload(n));
        }
        try (ScriptedReceiver receiver = ScriptedReceiver.start();
                Child child = startStandalone()) {
            Api api = Api.of(child, folder).awaitReady();
            api.registerWebhook(receiver.url("/hook"), "[\"1s\"]");
            publish(api, payloads);
            Map<Integer, JsonNode> delivered = new TreeMap<>();
            for (Received request : receiver.awaitRequests("/hook", PAYLOADS, PATIENCE)) {
                JsonNode body = EXACT.readTree(request.text());
                delivered.put(body.path("job_id").asInt(), body.path("data"));
            }
            assertThat(delivered).hasSize(PAYLOADS);
            for (int n = 0; n < PAYLOADS; n++) {
                JsonNode published = EXACT.readTree(payloads.get(n));
                JsonNode found = delivered.get(n);
                assertThat(published.equals(BY_VALUE, found))
                        .as("seed %d, published %s, delivered %s", SEED, payloads.get(n), found)
                        .isTrue();
            }
        }
    }
}
