package io.kurier.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to a registry: each URL in turn, the one that answered last first. Blocks the caller; any thread. */
final class RegistryCalls {
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final int MAX_ANSWER = 8 * 1024 * 1024;
    private static final int SHOWN = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;
    private volatile int preferred;

    RegistryCalls(RegistrySettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT.compareTo(settings.timeout()) < 0 ? CONNECT : settings.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** What a registry answers. */
    record Answer(int status, JsonNode json) {
        boolean isOk() {
            return status / 100 == 2;
        }

        int errorCode() {
            return json.path("error_code").asInt();
        }

        /**
         * The registry's error code says that the schema, version or subject is missing. A 404 without that code may
         * come from a proxy.
         */
        boolean isAbsent() {
            return status == 404 && errorCode() / 100 == 404;
        }

        String told() {
            String message = json.path("message").asText();
            return status + " " + (message.length() > SHOWN ? message.substring(0, SHOWN) + "…" : message);
        }
    }

    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * One request, without a body when {@code body} is null.
     *
     * @throws RegistryUnavailableException when no URL gave an answer that counts: unreachable, overloaded, no registry,
     *     or credentials it does not take
     */
    Answer call(String path, @Nullable ObjectNode body) throws RegistryUnavailableException {
        int first = preferred;
        int count = settings.urls().size();
        String why = "";
        @Nullable Throwable cause = null;
        for (int i = 0; i < count; i++) {
            int place = (first + i) % count;
            URI url = settings.urls().get(place);
            try {
                HttpResponse<byte[]> response = send(request(url.resolve(path), body));
                int status = response.statusCode();
                if (isAnswer(status)) {
                    preferred = place;
                    return new Answer(status, JSON.readTree(response.body()));
                }
                why = url + " answered " + status;
            } catch (IOException | TimeoutException e) {
                cause = e;
                why = url + ": " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
            }
        }
        throw new RegistryUnavailableException("the schema registry gives no answer: " + why, cause);
    }

    private static boolean isAnswer(int status) {
        return status / 100 == 2 || status == 404 || status == 409 || status == 422 || status == 400;
    }

    private HttpRequest request(URI url, @Nullable ObjectNode body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).timeout(settings.timeout()).header("Accept", TYPE);
        if (settings.authorization() != null) {
            request.header("Authorization", settings.authorization());
        }
        return body == null
                ? request.GET().build()
                : request.header("Content-Type", TYPE)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
    }

    /** The client's own limit ends with the head of the answer; this one covers the body too. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> sending = http.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
        try {
            return sending.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } finally {
            sending.cancel(true);
        }
    }
}
