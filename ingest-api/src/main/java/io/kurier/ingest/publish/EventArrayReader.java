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

/** Walks through a body that is an event or an array of them, whatever an event looks like. Any thread. */
final class EventArrayReader {
    static final int MAX_EVENTS = 1_000;

    private EventArrayReader() {}

    /** What the body may be. */
    enum Shape {
        EVENT_OR_ARRAY("an event, or an array of events"),
        EVENT("an event, an object"),
        /** Of CloudEvents, which may be empty. */
        BATCH("an array of events");

        private final String expected;

        Shape(String expected) {
            this.expected = expected;
        }
    }

    /** Reads the object that has just begun; leaves the parser at its end. */
    interface Reader {
        PublishItem read(JsonParser parser, PublishContext door) throws IOException, JsonRefusedException;
    }

    /** @throws Problem.RefusedException when the whole body can't be used */
    static PublishRequest read(byte[] body, Shape shape, PublishContext door, Reader reader) {
        try (JsonParser parser = EcmaJson.parser(body)) {
            JsonToken first = parser.nextToken();
            List<PublishItem> items = new ArrayList<>();
            if (first == JsonToken.START_OBJECT && shape != Shape.BATCH) {
                items.add(reader.read(parser, door));
            } else if (first == JsonToken.START_ARRAY && shape != Shape.EVENT) {
                items(parser, door, reader, items);
            } else {
                throw Problem.of(400, "expected " + shape.expected).refused();
            }
            if (parser.nextToken() != null) {
                throw Problem.of(400, "expected nothing after the end of the JSON")
                        .refused();
            }
            if (items.isEmpty() && shape != Shape.BATCH) {
                throw Problem.of(400, "expected at least one event in the array")
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

    private static void items(JsonParser parser, PublishContext door, Reader reader, List<PublishItem> items)
            throws IOException, JsonRefusedException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int index = items.size();
            if (index == MAX_EVENTS) {
                throw Problem.of(413, "expected at most " + MAX_EVENTS + " events in one request")
                        .refused();
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                items.add(new PublishItem.Refused(
                        Problem.of(400, "expected an event, an object").in("[" + index + "]")));
            } else {
                items.add(reader.read(parser, door.at(index)).at(index));
            }
        }
    }
}
