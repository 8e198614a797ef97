package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response, checked against the contract: the contract must have the response's status, headers and
 * body, and must allow the parameters and body of every request that succeeded. Any thread.
 */
record Exchange(HttpRequest request, Answer answer) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Contract CONTRACT = Contract.get();
    private static final String EVENTS = "POST /api/v1/events";

    void check() {
        String method = request.method();
        if (method.equals("OPTIONS")) {
            return;
        }
        Optional<Contract.Operation> operation =
                CONTRACT.find(method, request.uri().getRawPath());
        if (operation.isEmpty()) {
            assertThat(answer.status())
                    .as(describe("no route of the contract"))
                    .isIn(400, 401, 403, 404, 405, 413, 429);
            fits(CONTRACT.root().at("/components/schemas/Problem"), answer.json(), "the error");
            return;
        }
        checkAnswer(operation.get());
        if (answer.status() / 100 == 2) {
            checkParameters(operation.get());
            checkBody(operation.get());
        }
    }

    private void checkAnswer(Contract.Operation operation) {
        JsonNode response =
                CONTRACT.resolved(operation.json().path("responses").path(Integer.toString(answer.status())));
        assertThat(response.isObject())
                .as(describe("the contract has no such status"))
                .isTrue();
        response.path("headers").properties().forEach(header -> {
            if (CONTRACT.resolved(header.getValue()).path("required").asBoolean()) {
                assertThat(answer.header(header.getKey()))
                        .as(describe("header " + header.getKey()))
                        .isNotEmpty();
            }
        });
        if (!response.has("content")) {
            assertThat(answer.text())
                    .as(describe("the contract has no body here"))
                    .isEmpty();
            return;
        }
        String type = mediaType(answer.headers(), "");
        JsonNode media = response.path("content").path(type);
        assertThat(media.isObject()).as(describe("content type " + type)).isTrue();
        if (type.endsWith("json")) {
            fits(media.path("schema"), answer.json(), "the response");
        }
    }

    private void checkParameters(Contract.Operation operation) {
        String query = request.uri().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            JsonNode parameter = operation.parameters().stream()
                    .filter(known -> known.path("in").asText().equals("query")
                            && known.path("name").asText().equals(parts[0]))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(describe("the contract has no parameter " + parts[0])));
            fits(parameter.path("schema"), parameter(parameter, value), "the parameter " + parts[0]);
        }
    }

    private static JsonNode parameter(JsonNode known, String value) {
        return switch (known.path("schema").path("type").asText()) {
            case "integer" -> JsonNodeFactory.instance.numberNode(Long.parseLong(value));
            case "boolean" -> JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(value));
            default -> JsonNodeFactory.instance.textNode(value);
        };
    }

    private void checkBody(Contract.Operation operation) {
        JsonNode requestBody = CONTRACT.resolved(operation.json().path("requestBody"));
        byte[] body = body();
        // in binary mode the body is the data, any JSON
        boolean isBinary = operation.name().equals(EVENTS)
                && request.headers().map().keySet().stream()
                        .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("ce-"));
        if (requestBody.isMissingNode() || isBinary) {
            return;
        }
        if (body.length == 0) {
            assertThat(requestBody.path("required").asBoolean())
                    .as(describe("the contract requires a body"))
                    .isFalse();
            return;
        }
        String type = mediaType(request.headers(), "application/json");
        JsonNode media =
                requestBody.path("content").path(requestBody.path("content").has(type) ? type : "application/json");
        JsonNode json = read(body);
        if (json == null) {
            return;
        }
        if (operation.name().equals(EVENTS) && json.isArray()) {
            checkAccepted(media.path("schema"), json);
        } else {
            fits(media.path("schema"), json, "the accepted request");
        }
    }

    /** Checks the accepted items one by one: others of the array may be refused. */
    private void checkAccepted(JsonNode schema, JsonNode events) {
        for (int i = 0; i < events.size(); i++) {
            if (answer.json().path(i).path("status").asText().equals("accepted")) {
                fits(schema, JsonNodeFactory.instance.arrayNode().add(events.get(i)), "the accepted request");
            }
        }
    }

    private void fits(JsonNode schema, JsonNode json, String what) {
        Set<String> violations = CONTRACT.violations(schema, json);
        assertThat(violations)
                .as(describe(what + " violates the contract: " + shortened(json.toString())))
                .isEmpty();
    }

    /** The content type without its parameters. */
    private static String mediaType(HttpHeaders headers, String otherwise) {
        return headers.firstValue("content-type")
                .orElse(otherwise)
                .split(";")[0]
                .strip();
    }

    private String describe(String what) {
        return request.method() + " " + request.uri() + " answered with " + answer.status() + ", "
                + shortened(answer.text()) + ": " + what;
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), 500));
    }

    /** Null for JSON that {@code POST /events} accepts and Jackson does not: very long names, and lone surrogates. */
    private static @Nullable JsonNode read(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            return null;
        }
    }

    /** The bytes of the request's body; every test sends bytes that are in memory. */
    private byte[] body() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.bodyPublisher()
                .filter(body -> body.contentLength() > 0)
                .ifPresent(body -> body.subscribe(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(ByteBuffer part) {
                        byte[] copy = new byte[part.remaining()];
                        part.get(copy);
                        bytes.writeBytes(copy);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        throw new AssertionError(failure);
                    }

                    @Override
                    public void onComplete() {}
                }));
        return bytes.toByteArray();
    }
}
