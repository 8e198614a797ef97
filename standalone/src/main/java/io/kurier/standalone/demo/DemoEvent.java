package io.kurier.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A real job event, ready to be published.
 *
 * @param ownId the publisher's own id; Kurier derives the event id from it, so the event id is known before
 *     publishing
 * @param json the request body, with numbers spelled as in the source
 */
record DemoEvent(String ownId, String type, String jobId, String json) {
    private static final String FILE = "/demo/events.jsonl";
    /** Numbers of events per request, used in turn: some requests carry one event, some an array. */
    private static final int[] EVENTS_PER_REQUEST = {1, 3, 1, 5, 2, 1, 6};

    /** The events of the file, in its order. */
    static List<DemoEvent> all() {
        try (InputStream file = DemoEvent.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new DemoFailedException("the resource " + FILE + " is missing from the class path", null);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
            ObjectMapper mapper = new ObjectMapper();
            List<DemoEvent> events = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = mapper.readTree(line);
                String ownId = String.format(Locale.ROOT, "demo-%03d", events.size() + 1);
                events.add(new DemoEvent(
                        ownId,
                        event.path("type").asText(),
                        event.path("job_id").asText(),
                        "{\"id\":\"" + ownId + "\"," + line.substring(1)));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    /** @return the same events in the same order, grouped by request */
    static List<List<DemoEvent>> requests(List<DemoEvent> events) {
        List<List<DemoEvent>> requests = new ArrayList<>();
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + EVENTS_PER_REQUEST[requests.size() % EVENTS_PER_REQUEST.length]);
            requests.add(events.subList(from, to));
            from = to;
        }
        return requests;
    }

    /** @return one event as an object, several as an array */
    static String body(List<DemoEvent> request) {
        if (request.size() == 1) {
            return request.get(0).json();
        }
        return "[" + String.join(",", request.stream().map(DemoEvent::json).toList()) + "]";
    }
}
