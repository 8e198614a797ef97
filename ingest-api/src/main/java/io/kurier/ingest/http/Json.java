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

/** Reads and makes the JSON of requests and responses other than events. Any thread. */
public final class Json {
    /** Does not cache field names across requests: callers choose them, so the cache could grow without a bound. */
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

    /** @throws Problem.RefusedException if the bytes are not a JSON object in UTF-8, or it names a field twice */
    public static ObjectNode parseObject(byte[] body) {
        try {
            // as a string: given bytes, Jackson guesses the encoding and accepts ill-formed UTF-8
            JsonNode node = MAPPER.readTree(text(body));
            if (node instanceof ObjectNode object) {
                return object;
            }
            // without the value, which may be a secret that was sent without its object
            throw Problem.field("body", null, "expected a JSON object, found " + kind(node))
                    .refused();
        } catch (JsonProcessingException e) {
            throw Problem.of(400, String.valueOf(JsonRefusedException.of(e).getMessage()))
                    .refused();
        }
    }

    /** Reads a body that may be empty, which stands for an object without fields. */
    public static ObjectNode parseObjectOrEmpty(byte[] body) {
        return body.length == 0 ? object() : parseObject(body);
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.of(400, "the request body is not well-formed UTF-8; expected JSON in UTF-8")
                    .refused();
        }
    }

    /** The JSON type of the node, such as {@code array}. */
    private static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * @param epochMs milliseconds since 1970
     * @return the time as RFC 3339 has it, in UTC
     */
    public static String time(long epochMs) {
        return Instant.ofEpochMilli(epochMs).toString();
    }
}
