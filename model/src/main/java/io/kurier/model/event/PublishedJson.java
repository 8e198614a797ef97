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
 * mode of one of its protocol bindings, where attributes stand beside the data. Any thread.
 */
public final class PublishedJson {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private PublishedJson() {}

    /** What is to be done with each member of the one object. */
    private interface Members {
        void member(String name, JsonToken value, JsonParser parser) throws IOException, JsonRefusedException;
    }

    /** @throws EventRefusedException naming what is wrong, and where */
    public static PublishedEvent plain(byte[] json, Origin origin) throws EventRefusedException {
        EventFields fields = new EventFields();
        read(json, (name, value, parser) -> {
            if (name.equals("data")) {
                fields.data(normalised(parser));
            } else if (value == JsonToken.VALUE_STRING) {
                fields.text(name, parser.getText());
            } else {
                fields.notText(name, told(parser, value));
                parser.skipChildren();
            }
        });
        return fields.build(origin);
    }

    /** @throws EventRefusedException naming what is wrong, and where */
    public static PublishedEvent cloudEvent(byte[] json, Origin origin) throws EventRefusedException {
        EventFields fields = new EventFields();
        Map<String, String> attributes = new HashMap<>();
        boolean[] hasData = {false};
        read(json, (name, value, parser) -> {
            if (name.equals("data")) {
                fields.data(normalised(parser));
                hasData[0] = true;
            } else if (name.equals("data_base64") && value == JsonToken.VALUE_STRING) {
                base64(fields, parser.getText());
                hasData[0] = true;
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                if (attributes.put(name, parser.getText()) != null) {
                    fields.wrong(name, parser.getText(), "is given a second time; expected it once");
                }
            } else {
                // null is as good as absent; objects are no attributes of CloudEvents
                parser.skipChildren();
            }
        });
        if (!hasData[0]) {
            fields.data(NULL);
        }
        return build(fields, attributes::get, "", origin);
    }

    /**
     * The binary mode.
     *
     * @param attributes gives an attribute's value by its name in lower case; null when it is not there
     * @param prefix what stands before the names where the publisher wrote them
     * @param data JSON; null or empty when there is none
     * @throws EventRefusedException naming what is wrong, and where
     */
    public static PublishedEvent cloudEvent(
            Function<String, @Nullable String> attributes, String prefix, byte @Nullable [] data, Origin origin)
            throws EventRefusedException {
        EventFields fields = new EventFields();
        fields.rawData(data == null || data.length == 0 ? NULL : data);
        return build(fields, attributes, prefix, origin);
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

    private static void read(byte[] json, Members members) throws EventRefusedException {
        try (JsonParser parser = EcmaJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new EventRefusedException("expected an event, a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                members.member(name, parser.nextToken(), parser);
            }
            if (parser.nextToken() != null) {
                throw new EventRefusedException("expected nothing after the end of the JSON");
            }
        } catch (JsonProcessingException e) {
            throw new EventRefusedException(
                    String.valueOf(JsonRefusedException.of(e).getMessage()));
        } catch (JsonRefusedException e) {
            throw new EventRefusedException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static byte[] normalised(JsonParser parser) throws IOException, JsonRefusedException {
        JsonOut out = new JsonOut();
        EcmaJson.write(parser, out, EcmaJson.Limits.DEFAULT);
        return out.toByteArray();
    }

    private static void base64(EventFields fields, String text) {
        try {
            fields.rawData(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            fields.wrong("data_base64", text, "expected base64");
        }
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
