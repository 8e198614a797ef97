package io.kurier.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.model.json.PlainJson;
import io.kurier.schemas.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code POST /events} in one pass: an event, or an array of them. Any thread. */
final class EventParser {
    static final int MAX_EVENTS = 1_000;

    private final int maxEventBytes;

    EventParser(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /** One event of the request: accepted in form, or refused for a reason. */
    sealed interface Item {
        record Accepted(Event event) implements Item {}

        record Refused(Problem problem) implements Item {}

        /** The same as an item of an array. */
        default Item at(int index) {
            return this instanceof Refused refused
                    ? new Refused(refused.problem().in("[" + index + "]"))
                    : this;
        }
    }

    /** What was asked. */
    record Request(boolean array, List<Item> items) {}

    /** @throws Problem.RefusedException when the whole body can't be used */
    Request parse(byte[] body, String tenant, long webhooksOffset, long nowMs) {
        EventFields.Door door = new EventFields.Door(tenant, webhooksOffset, nowMs);
        Request quick = plain(new PlainJson(body, EcmaJson.Limits.DEFAULT), door);
        if (quick != null) {
            return quick;
        }
        try (JsonParser parser = EcmaJson.parser(body)) {
            JsonToken first = parser.nextToken();
            List<Item> items = new ArrayList<>();
            if (first == JsonToken.START_OBJECT) {
                items.add(item(parser, door));
            } else if (first == JsonToken.START_ARRAY) {
                items(parser, door, items);
            } else {
                throw Problem.of(400, "expected an event, or an array of events")
                        .refused();
            }
            if (parser.nextToken() != null) {
                throw Problem.of(400, "expected nothing after the end of the JSON")
                        .refused();
            }
            return new Request(first == JsonToken.START_ARRAY, items);
        } catch (JsonProcessingException e) {
            throw refused(JsonRefusedException.of(e));
        } catch (JsonRefusedException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /** What most publishers send, in a fraction of the time; null when the whole way has to be gone. */
    private @Nullable Request plain(PlainJson json, EventFields.Door door) {
        boolean array = json.takes('[');
        List<Item> items = new ArrayList<>();
        do {
            Item item = plainItem(json, door);
            if (item == null || items.size() == MAX_EVENTS) {
                return null;
            }
            items.add(array ? item.at(items.size()) : item);
        } while (array && json.takes(','));
        return (!array || json.takes(']')) && json.isAtEnd() ? new Request(array, items) : null;
    }

    private @Nullable Item plainItem(PlainJson json, EventFields.Door door) {
        EventFields fields = new EventFields(maxEventBytes);
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
        return json.takes('}') ? fields.build(door) : null;
    }

    private static Problem.RefusedException refused(JsonRefusedException e) {
        return Problem.of(400, String.valueOf(e.getMessage())).refused();
    }

    private void items(JsonParser parser, EventFields.Door door, List<Item> items)
            throws IOException, JsonRefusedException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == MAX_EVENTS) {
                throw Problem.of(413, "expected at most " + MAX_EVENTS + " events in one request")
                        .refused();
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                items.add(new Item.Refused(
                        Problem.of(400, "expected an event, an object").in("[" + items.size() + "]")));
            } else {
                items.add(item(parser, door).at(items.size()));
            }
        }
        if (items.isEmpty()) {
            throw Problem.of(400, "expected at least one event in the array").refused();
        }
    }

    private Item item(JsonParser parser, EventFields.Door door) throws IOException, JsonRefusedException {
        EventFields fields = new EventFields(maxEventBytes);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("data")) {
                JsonOut out = new JsonOut();
                EcmaJson.write(parser, out, EcmaJson.Limits.DEFAULT);
                fields.data(out.toByteArray());
            } else if (value == JsonToken.VALUE_STRING) {
                fields.text(name, parser.getText());
            } else {
                fields.notText(name, value, told(parser, value));
                parser.skipChildren();
            }
        }
        return fields.build(door);
    }

    private static String told(JsonParser parser, JsonToken value) throws IOException {
        return switch (value) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> parser.getText();
        };
    }
}
