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
 * Parses CloudEvents 1.0 of {@code POST /events}: one event or a batch in the JSON event format, or one event in the binary
 * mode of the HTTP protocol binding, which has its attributes in headers. Any thread.
 */
final class CloudEventParser {
    private static final String HEADER_PREFIX = "ce-";

    private CloudEventParser() {}

    /**
     * Parses the JSON event format.
     *
     * @throws Problem.RefusedException if the whole request is refused
     */
    static PublishRequest json(byte[] body, boolean batch, PublishContext context) {
        EventArrayReader.Shape shape = batch ? EventArrayReader.Shape.BATCH : EventArrayReader.Shape.EVENT;
        return EventArrayReader.read(body, shape, context, CloudEventParser::item);
    }

    private static PublishItem item(JsonParser parser, PublishContext context)
            throws IOException, JsonRefusedException {
        EventFields fields = context.fields();
        return item(fields, PublishedJson.cloudEvent(parser, fields), "", context);
    }

    /**
     * Parses an event in binary mode.
     *
     * @param headers returns the value of a header, or null
     * @param contentType of the data; null if the request has none
     * @param body the data
     */
    static PublishRequest binary(
            Function<String, @Nullable String> headers,
            @Nullable String contentType,
            byte[] body,
            PublishContext context) {
        EventFields fields = context.fields();
        Function<String, @Nullable String> attributes = name -> name.equals("datacontenttype")
                ? contentType
                : CloudEventHeader.decode(HEADER_PREFIX + name, headers.apply(HEADER_PREFIX + name));
        PublishedJson.binary(body, fields);
        return new PublishRequest(false, List.of(item(fields, attributes, HEADER_PREFIX, context)));
    }

    private static PublishItem item(
            EventFields fields, Function<String, @Nullable String> attributes, String prefix, PublishContext context) {
        try {
            fields.cloudEvent(CloudEvent.of(attributes), prefix);
            return context.item(fields);
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
