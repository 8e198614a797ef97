package io.kurier.expressions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.NullValue;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as CEL's values: integers are longs where they fit and doubles otherwise, null is CEL's own value. Pure. */
final class CelValues {
    /** Events that reach Kafka directly may be nested deeper, because nothing has checked them. */
    static final int MAX_DEPTH = EcmaJson.Limits.DEFAULT.maxDepth();

    private CelValues() {}

    static Object of(byte[] json) throws IOException, JsonRefusedException {
        try (JsonParser parser = EcmaJson.parser(json)) {
            if (parser.currentToken() == null) {
                parser.nextToken();
            }
            return value(parser, 0);
        }
    }

    private static Object value(JsonParser parser, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null || depth > MAX_DEPTH) {
            throw new IOException("expected one JSON value of at most " + MAX_DEPTH + " levels");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> Double.parseDouble(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> NullValue.NULL_VALUE;
        };
    }

    private static Object whole(JsonParser parser) throws IOException {
        String digits = parser.getText();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Double.parseDouble(digits);
        }
    }

    private static Map<String, Object> object(JsonParser parser, int depth) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser, depth + 1));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser, int depth) throws IOException {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, depth + 1));
        }
        return array;
    }
}
