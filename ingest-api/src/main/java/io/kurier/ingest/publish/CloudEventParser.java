package io.kurier.ingest.publish;

import com.fasterxml.jackson.core.JsonParser;
import io.kurier.ingest.http.Problem;
import io.kurier.model.cloudevents.CloudEvent;
import io.kurier.model.cloudevents.CloudEventRefusedException;
import io.kurier.model.event.EventFields;
import io.kurier.model.event.PublishedJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 in the body of {@code POST /events}: the JSON event format, one or a batch, or the binary mode of the HTTP
 * protocol binding, whose attributes are headers. Any thread.
 */
final class CloudEventParser {
    private static final String HEADER_PREFIX = "ce-";

    private CloudEventParser() {}

    /**
     * The JSON event format.
     *
     * @throws Problem.RefusedException when the whole body can't be used
     */
    static PublishRequest json(byte[] body, boolean batch, PublishContext door) {
        EventArrayReader.Shape shape = batch ? EventArrayReader.Shape.BATCH : EventArrayReader.Shape.EVENT;
        return EventArrayReader.read(body, shape, door, CloudEventParser::item);
    }

    private static PublishItem item(JsonParser parser, PublishContext door) throws IOException, JsonRefusedException {
        EventFields fields = door.fields();
        return item(fields, PublishedJson.cloudEvent(parser, fields), "", door);
    }

    /** The binary mode: the body is data, by its content type. */
    static PublishRequest binary(
            Function<String, @Nullable String> headers,
            @Nullable String contentType,
            byte[] body,
            PublishContext door) {
        EventFields fields = door.fields();
        Function<String, @Nullable String> attributes = name -> name.equals("datacontenttype")
                ? contentType
                : CloudEventHeader.decode(HEADER_PREFIX + name, headers.apply(HEADER_PREFIX + name));
        PublishedJson.binary(body, fields);
        return new PublishRequest(false, List.of(item(fields, attributes, HEADER_PREFIX, door)));
    }

    private static PublishItem item(
            EventFields fields, Function<String, @Nullable String> attributes, String prefix, PublishContext door) {
        try {
            fields.cloudEvent(CloudEvent.of(attributes), prefix);
            return door.item(fields);
        } catch (CloudEventRefusedException e) {
            if (!e.isAboutContentType()) {
                return new PublishItem.Refused(Problem.field(prefix + e.attribute(), e.value(), e.expected()));
            }
            String where = prefix.isEmpty() ? e.attribute() : "Content-Type";
            return new PublishItem.Refused(
                    Problem.field(where, e.value(), e.expected()).as(415));
        }
    }
}
