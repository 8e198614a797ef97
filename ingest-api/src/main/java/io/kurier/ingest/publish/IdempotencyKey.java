package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import io.kurier.model.EventRules;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}: stands for the id of an event that has none of its own, and, with its place behind
 * it, for those of an array. Any thread.
 */
final class IdempotencyKey {
    private static final CharSequence HEADER = HttpHeaders.createOptimized("idempotency-key");

    private IdempotencyKey() {}

    /** The key, without the quotes that make it a structured field; null when there is none. */
    static @Nullable String of(HttpServerRequest request) {
        if (request.getHeader(HEADER) == null) {
            return null;
        }
        List<String> given = request.headers().getAll(HEADER);
        String key = given.get(0).strip();
        if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        if (given.size() > 1 || !EventRules.isName(key)) {
            throw Problem.field(
                            "Idempotency-Key",
                            String.join(", ", given),
                            "expected one key of 1 to " + EventRules.MAX_NAME_LENGTH + " characters")
                    .refused();
        }
        return key;
    }

    /** What stands for the id of the array's event at this place. */
    static String at(String key, int index) {
        return key + "[" + index + "]";
    }
}
