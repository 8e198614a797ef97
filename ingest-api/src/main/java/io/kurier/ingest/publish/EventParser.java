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

/** Reads the body of {@code POST /events} in one pass: an event, or an array of them. Any thread. */
final class EventParser {
    private EventParser() {}

    /** @throws Problem.RefusedException when the whole body can't be used */
    static PublishRequest parse(byte[] body, PublishContext door) {
        PublishRequest quick = plain(new PlainJson(body, EcmaJson.Limits.DEFAULT), door);
        return quick != null
                ? quick
                : EventArrayReader.read(body, EventArrayReader.Shape.EVENT_OR_ARRAY, door, EventParser::item);
    }

    /** What most publishers send, in a fraction of the time; null when the whole way has to be gone. */
    private static @Nullable PublishRequest plain(PlainJson json, PublishContext door) {
        boolean array = json.takes('[');
        List<PublishItem> items = new ArrayList<>();
        do {
            PublishItem item = plainItem(json, array ? door.at(items.size()) : door);
            if (item == null || items.size() == EventArrayReader.MAX_EVENTS) {
                return null;
            }
            items.add(array ? item.at(items.size()) : item);
        } while (array && json.takes(','));
        return (!array || json.takes(']')) && json.isAtEnd() ? new PublishRequest(array, items) : null;
    }

    private static @Nullable PublishItem plainItem(PlainJson json, PublishContext door) {
        EventFields fields = door.fields();
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
        return json.takes('}') ? door.item(fields) : null;
    }

    private static PublishItem item(JsonParser parser, PublishContext door) throws IOException, JsonRefusedException {
        EventFields fields = door.fields();
        PublishedJson.plain(parser, fields);
        return door.item(fields);
    }
}
