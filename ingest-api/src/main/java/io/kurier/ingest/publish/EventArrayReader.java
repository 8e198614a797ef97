package io.kurier.ingest.publish;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.ingest.http.Problem;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a body that is an event or an array of events, in any event format. Any thread. */
final class EventArrayReader {
    static final int MAX_EVENTS = 1_000;

    private EventArrayReader() {}

    /** The allowed shape of a body. */
    enum Shape {
        EVENT_OR_ARRAY("an event (a JSON object) or an array of events"),
        EVENT("an event (a JSON object)"),
        /** A batch of CloudEvents, which may be empty. */
        BATCH("an array of events");

        private final String expected;

        Shape(String expected) {
            this.expected = expected;
        }
    }

    /** Reads an event. The parser is at the start of its object, and is left at its end. */
    interface Reader {
        PublishItem read(JsonParser parser, PublishContext context) throws IOException, JsonRefusedException;
    }

    /** @throws Problem.RefusedException if the whole request is refused */
    static PublishRequest read(byte[] body, Shape shape, PublishContext context, Reader reader) {
        try (JsonParser parser = EcmaJson.parser(body)) {
            JsonToken first = parser.nextToken();
            List<PublishItem> items = new ArrayList<>();
            if (first == JsonToken.START_OBJECT && shape != Shape.BATCH) {
                items.add(reader.read(parser, context));
            } else if (first == JsonToken.START_ARRAY && shape != Shape.EVENT) {
                items(parser, context, reader, items);
            } else {
                throw Problem.of(400, "expected " + shape.expected).refused();
            }
            if (parser.nextToken() != null) {
                throw Problem.of(400, "expected one JSON value, found more after its end")
                        .refused();
            }
            if (items.isEmpty() && shape != Shape.BATCH) {
                throw Problem.of(400, "the array is empty; expected at least one event")
                        .refused();
            }
            return new PublishRequest(first == JsonToken.START_ARRAY, items);
        } catch (JsonProcessingException e) {
            throw refused(JsonRefusedException.of(e));
        } catch (JsonRefusedException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static Problem.RefusedException refused(JsonRefusedException e) {
        return Problem.of(400, String.valueOf(e.getMessage())).refused();
    }

    private static void items(JsonParser parser, PublishContext context, Reader reader, List<PublishItem> items)
            throws IOException, JsonRefusedException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int index = items.size();
            if (index == MAX_EVENTS) {
                throw Problem.of(413, "too many events: expected at most " + MAX_EVENTS + " in one request")
                        .refused();
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                items.add(new PublishItem.Refused(
                        Problem.of(400, "expected an event (a JSON object)").in("[" + index + "]")));
            } else {
                items.add(reader.read(parser, context.at(index)).at(index));
            }
        }
    }
}
