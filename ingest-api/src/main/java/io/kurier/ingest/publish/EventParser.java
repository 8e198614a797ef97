package io.kurier.ingest.publish;

import com.fasterxml.jackson.core.JsonParser;
import io.kurier.ingest.http.Problem;
import io.kurier.model.event.EventFields;
import io.kurier.model.event.PublishedJson;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.model.json.PlainJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses bodies of {@code POST /events} in Kurier's own JSON, in one pass: an event, or an array of events. Any thread. */
final class EventParser {
    private EventParser() {}

    /** @throws Problem.RefusedException if the whole request is refused */
    static PublishRequest parse(byte[] body, PublishContext context) {
        PublishRequest plain = plain(new PlainJson(body, EcmaJson.Limits.DEFAULT), context);
        return plain != null
                ? plain
                : EventArrayReader.read(body, EventArrayReader.Shape.EVENT_OR_ARRAY, context, EventParser::item);
    }

    /** Parses the plain JSON that most publishers send, in a fraction of the time; null if the full parser is needed. */
    private static @Nullable PublishRequest plain(PlainJson json, PublishContext context) {
        boolean array = json.takes('[');
        List<PublishItem> items = new ArrayList<>();
        do {
            PublishItem item = plainItem(json, array ? context.at(items.size()) : context);
            if (item == null || items.size() == EventArrayReader.MAX_EVENTS) {
                return null;
            }
            items.add(array ? item.at(items.size()) : item);
        } while (array && json.takes(','));
        return (!array || json.takes(']')) && json.isAtEnd() ? new PublishRequest(array, items) : null;
    }

    private static @Nullable PublishItem plainItem(PlainJson json, PublishContext context) {
        EventFields fields = context.fields();
        if (!json.takes('{')) {
            return null;
        }
        do {
            String name = json.ascii();
            if (name == null || !json.takes(':')) {
                return null;
            }
            if (name.equals("data")) {
                byte[] data = json.value();
                if (data == null) {
                    return null;
                }
                fields.data(data);
            } else {
                String text = json.ascii();
                if (text == null) {
                    return null;
                }
                fields.text(name, text);
            }
        } while (json.takes(','));
        return json.takes('}') ? context.item(fields) : null;
    }

    private static PublishItem item(JsonParser parser, PublishContext context)
            throws IOException, JsonRefusedException {
        EventFields fields = context.fields();
        PublishedJson.plain(parser, fields);
        return context.item(fields);
    }
}
