package io.kurier.model.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.cloudevents.CloudEventRefusedException;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event: plain JSON with the fields of {@code POST /events}, the JSON format of CloudEvents 1.0, or the binary
 * content mode of a CloudEvents protocol binding, whose attributes are headers. Any thread.
 */
public final class PublishedJson {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private PublishedJson() {}

    /** Reads the object whose first token is the parser's current one. */
    private interface Reading {
        PublishedEvent read(JsonParser parser) throws IOException, JsonRefusedException, EventRefusedException;
    }

    /**
     * Reads one event in plain JSON.
     *
     * @param json one JSON object in UTF-8
     * @throws EventRefusedException about the first error
     */
    public static PublishedEvent plain(byte[] json, Origin origin) throws EventRefusedException {
        return read(json, parser -> {
            EventFields fields = new EventFields(origin.maxBytes(), false);
            plain(parser, fields);
            return fields.build(origin);
        });
    }

    /** Reads the members of the object that the parser has just entered; leaves the parser at its end. */
    public static void plain(JsonParser parser, EventFields fields) throws IOException, JsonRefusedException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("data")) {
                fields.data(normalised(parser));
            } else if (value == JsonToken.VALUE_STRING) {
                fields.text(name, parser.getText());
            } else {
                fields.notText(name, told(parser, value));
                parser.skipChildren();
            }
        }
    }

    /**
     * Reads one event in the JSON format of CloudEvents.
     *
     * @param json one JSON object in UTF-8
     * @throws EventRefusedException about the first error
     */
    public static PublishedEvent cloudEvent(byte[] json, Origin origin) throws EventRefusedException {
        return read(json, parser -> {
            EventFields fields = new EventFields(origin.maxBytes(), false);
            return build(fields, cloudEvent(parser, fields), "", origin);
        });
    }

    /**
     * Reads the members of a CloudEvent that the parser has just entered; leaves the parser at its end.
     *
     * @return its attributes by name, unchecked
     */
    public static Function<String, @Nullable String> cloudEvent(JsonParser parser, EventFields fields)
            throws IOException, JsonRefusedException {
        Map<String, String> attributes = new HashMap<>();
        boolean hasData = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("data")) {
                fields.data(normalised(parser));
                hasData = true;
            } else if (name.equals("data_base64") && value != JsonToken.VALUE_NULL) {
                base64(fields, parser, value);
                hasData = true;
            } else if (value != JsonToken.VALUE_NULL) {
                // CloudEvents: null counts as absent
                attribute(name, parser, value, attributes, fields);
            }
        }
        if (!hasData) {
            fields.data(NULL);
        }
        return attributes::get;
    }

    /**
     * Reads one event in the binary content mode of CloudEvents.
     *
     * @param attributes an attribute's value by its lower-case name; null when it is absent
     * @param prefix precedes the names where the publisher wrote them, such as {@code ce_}
     * @param data JSON; null or empty when there is none
     * @throws EventRefusedException about the first error
     */
    public static PublishedEvent cloudEvent(
            Function<String, @Nullable String> attributes, String prefix, byte @Nullable [] data, Origin origin)
            throws EventRefusedException {
        EventFields fields = new EventFields(origin.maxBytes(), false);
        binary(data, fields);
        return build(fields, attributes, prefix, origin);
    }

    /** Takes the data of the binary content mode; null or empty counts as JSON's null. */
    public static void binary(byte @Nullable [] data, EventFields fields) {
        fields.rawData("data", data == null || data.length == 0 ? NULL : data);
    }

    private static PublishedEvent build(
            EventFields fields, Function<String, @Nullable String> attributes, String prefix, Origin origin)
            throws EventRefusedException {
        try {
            fields.cloudEvent(CloudEvent.of(attributes), prefix);
        } catch (CloudEventRefusedException e) {
            String name = e.isAboutContentType() ? e.attribute() : prefix + e.attribute();
            throw EventRefusedException.field(name, e.value(), e.expected());
        }
        return fields.build(origin);
    }

    private static PublishedEvent read(byte[] json, Reading reading) throws EventRefusedException {
        try (JsonParser parser = EcmaJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw EventRefusedException.whole("expected one event as a JSON object");
            }
            PublishedEvent event = reading.read(parser);
            if (parser.nextToken() != null) {
                throw EventRefusedException.whole("expected nothing after the end of the JSON object");
            }
            return event;
        } catch (JsonProcessingException e) {
            throw EventRefusedException.whole(
                    String.valueOf(JsonRefusedException.of(e).getMessage()));
        } catch (JsonRefusedException e) {
            throw EventRefusedException.whole(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static byte[] normalised(JsonParser parser) throws IOException, JsonRefusedException {
        JsonOut out = new JsonOut();
        EcmaJson.write(parser, out, EcmaJson.Limits.DEFAULT);
        return out.toByteArray();
    }

    /** Attributes that Kurier uses must be strings; other attributes are dropped. */
    private static void attribute(
            String name, JsonParser parser, JsonToken value, Map<String, String> attributes, EventFields fields)
            throws IOException {
        String told = String.valueOf(told(parser, value));
        if (value != JsonToken.VALUE_STRING && CloudEvent.ATTRIBUTES.contains(name)) {
            fields.wrong(name, told, "expected a string");
        }
        if (attributes.put(name, told) != null) {
            fields.wrong(name, told, "is given twice; expected it once");
        }
        parser.skipChildren();
    }

    private static void base64(EventFields fields, JsonParser parser, JsonToken value) throws IOException {
        try {
            if (value == JsonToken.VALUE_STRING) {
                fields.rawData("data_base64", Base64.getDecoder().decode(parser.getText()));
                return;
            }
        } catch (IllegalArgumentException e) {
            // the one message below
        }
        fields.wrong("data_base64", told(parser, value), "expected base64");
        parser.skipChildren();
    }

    private static @Nullable String told(JsonParser parser, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NULL -> null;
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> parser.getText();
        };
    }
}
