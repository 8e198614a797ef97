package io.kurier.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.cloudevents.CloudEventRefusedException;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 in the body of {@code POST /events}: the JSON event format, one or a batch, or the binary mode of the HTTP
 * protocol binding, whose attributes are headers. Any thread.
 */
final class CloudEventParser {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final String HEADER_PREFIX = "ce-";

    private final int maxEventBytes;

    CloudEventParser(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * The JSON event format.
     *
     * @throws Problem.RefusedException when the whole body can't be used
     */
    EventParser.Request json(byte[] body, boolean batch, EventFields.Door door) {
        EventItems.Shape shape = batch ? EventItems.Shape.BATCH : EventItems.Shape.EVENT;
        return EventItems.read(body, shape, door, this::item);
    }

    private EventParser.Item item(JsonParser parser, EventFields.Door door) throws IOException, JsonRefusedException {
        EventFields fields = new EventFields(maxEventBytes);
        Map<String, String> attributes = new HashMap<>();
        boolean hasData = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("data")) {
                JsonOut out = new JsonOut();
                EcmaJson.write(parser, out, EcmaJson.Limits.DEFAULT);
                fields.data(out.toByteArray());
                hasData = true;
            } else if (name.equals("data_base64") && value == JsonToken.VALUE_STRING) {
                base64(fields, parser.getText());
                hasData = true;
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                String before = attributes.put(name, parser.getText());
                if (before != null) {
                    fields.wrong(Problem.field(name, parser.getText(), "is given a second time; expected it once"));
                }
            } else {
                // null is as good as absent; objects are no attributes of CloudEvents
                parser.skipChildren();
            }
        }
        if (!hasData) {
            fields.data(NULL);
        }
        return build(fields, attributes::get, "", door);
    }

    private static void base64(EventFields fields, String text) {
        try {
            fields.data(EcmaJson.normalize(Base64.getDecoder().decode(text), EcmaJson.Limits.DEFAULT));
        } catch (IllegalArgumentException e) {
            fields.wrong(Problem.field("data_base64", text, "expected base64"));
        } catch (JsonRefusedException e) {
            fields.wrong(Problem.field("data_base64", null, "expected base64 of JSON: " + e.getMessage()));
        }
    }

    /** The binary mode: the body is data, by its content type. */
    EventParser.Request binary(
            Function<String, @Nullable String> headers,
            @Nullable String contentType,
            byte[] body,
            EventFields.Door door) {
        EventFields fields = new EventFields(maxEventBytes);
        Function<String, @Nullable String> attributes = name -> name.equals("datacontenttype")
                ? contentType
                : CloudEventHeader.decode(HEADER_PREFIX + name, headers.apply(HEADER_PREFIX + name));
        try {
            fields.data(body.length == 0 ? NULL : EcmaJson.normalize(body, EcmaJson.Limits.DEFAULT));
        } catch (JsonRefusedException e) {
            fields.data(NULL);
            fields.wrong(Problem.of(400, String.valueOf(e.getMessage())));
        }
        return new EventParser.Request(false, List.of(build(fields, attributes, HEADER_PREFIX, door)));
    }

    private static EventParser.Item build(
            EventFields fields, Function<String, @Nullable String> attributes, String prefix, EventFields.Door door) {
        try {
            fields.cloudEvent(CloudEvent.of(attributes), prefix);
            return fields.build(door);
        } catch (CloudEventRefusedException e) {
            if (!e.isAboutContentType()) {
                return new EventParser.Item.Refused(Problem.field(prefix + e.attribute(), e.value(), e.expected()));
            }
            String where = prefix.isEmpty() ? e.attribute() : "Content-Type";
            return new EventParser.Item.Refused(
                    Problem.field(where, e.value(), e.expected()).as(415));
        }
    }
}
