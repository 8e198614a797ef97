package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kurier.model.json.RandomJson;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any published JSON arrives with the same value, with every digit of its numbers. */
class PayloadST {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int PAYLOADS = 10_000;
    private static final int BATCH = 100;

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    /** Compares values: {@code 5.0} equals {@code 5}, and {@code 1e400} equals its 401 digits. */
    private static final Comparator<JsonNode> BY_VALUE = (one, other) -> one.isNumber() && other.isNumber()
            ? one.decimalValue().compareTo(other.decimalValue())
            : one.equals(other) ? 0 : 1;

    @TempDir
    Path folder;

    private final RandomJson random = new RandomJson(SEED, " \t\r\n");

    /** A random document, and numbers of any length that mostly do not fit a double. */
    private String payload(int n) {
        String numbers = IntStream.rangeClosed(0, n % 5)
                .mapToObj(i -> random.anyNumber())
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"numbers\":" + numbers + ",\"document\":" + random.document() + "}";
    }

    private static void publish(ApiClient api, List<String> payloads) throws Exception {
        for (int from = 0; from < payloads.size(); from += BATCH) {
            String batch = IntStream.range(from, from + BATCH)
                    .mapToObj(n -> "{\"type\":\"job.done\",\"job_id\":\"" + n + "\",\"data\":" + payloads.get(n) + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            String answer = api.callWith("POST", "/events", batch, 202);
            assertThat(answer).as("seed %d", SEED).doesNotContain("refused");
        }
    }

    @Test
    void theDeliveredValueEqualsThePublishedValue() throws Exception {
        List<String> payloads = new ArrayList<>();
        for (int n = 0; n < PAYLOADS; n++) {
            payloads.add(payload(n));
        }
        try (ScriptedReceiver receiver = ScriptedReceiver.start();
                ChildProcess child = StandaloneProcess.start(folder, Map.of("KURIER_ALLOW_PRIVATE_NETWORKS", "true"))) {
            ApiClient api = ApiClient.of(child, folder).awaitReady();
            api.registerWebhook(receiver.url("/hook"), "[\"1s\"]");
            publish(api, payloads);
            Map<Integer, JsonNode> delivered = new TreeMap<>();
            for (Received request : receiver.awaitRequests("/hook", PAYLOADS, ChildProcess.WAIT_LIMIT)) {
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
