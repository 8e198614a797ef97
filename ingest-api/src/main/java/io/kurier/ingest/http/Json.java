package io.kurier.ingest.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.json.JsonRefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** JSON of requests and answers other than events. */
public final class Json {
    /** No table of names is shared between requests, since callers choose them. */
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** @throws Problem.RefusedException when the bytes are no JSON object */
    public static ObjectNode parseObject(byte[] body) {
        try {
            // as text: given bytes, Jackson guesses the encoding and lets ill-formed UTF-8 pass
            JsonNode node = MAPPER.readTree(text(body));
            if (node instanceof ObjectNode object) {
                return object;
            }
            // the value itself may be a secret that lacks its object
            throw Problem.field("body", null, "expected a JSON object, found " + kind(node))
                    .refused();
        } catch (JsonProcessingException e) {
            throw Problem.of(400, String.valueOf(JsonRefusedException.of(e).getMessage()))
                    .refused();
        }
    }

    /** The same of a body that need not be there. */
    public static ObjectNode objectOrNothing(byte[] body) {
        return body.length == 0 ? object() : parseObject(body);
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.of(400, "expected JSON in well-formed UTF-8").refused();
        }
    }

    static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    public static String time(long epochMs) {
        return Instant.ofEpochMilli(epochMs).toString();
    }
}
