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
 * @param ownId the publisher's own id for it, from which its event id follows before it is sent
 * @param json the request body; numbers are spelled as the source spells them
 */
record DemoEvent(String ownId, String type, String jobId, String json) {
    private static final String FILE = "/demo/events.jsonl";
    /** How many events go into one request, over and over: some alone, some as arrays. */
    private static final int[] TOGETHER = {1, 3, 1, 5, 2, 1, 6};

    /** The events of the file, in its order. */
    static List<DemoEvent> all() {
        try (InputStream file = DemoEvent.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new DemoFailedException("the class path has no " + FILE, null);
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
            throw new UncheckedIOException("reading " + FILE + " failed", e);
        }
    }

    /** The same events in the same order, as the requests that publish them. */
    static List<List<DemoEvent>> requests(List<DemoEvent> events) {
        List<List<DemoEvent>> requests = new ArrayList<>();
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + TOGETHER[requests.size() % TOGETHER.length]);
            requests.add(events.subList(from, to));
            from = to;
        }
        return requests;
    }

    /** One event is published as it is, several as an array. */
    static String body(List<DemoEvent> request) {
        if (request.size() == 1) {
            return request.get(0).json();
        }
        return "[" + String.join(",", request.stream().map(DemoEvent::json).toList()) + "]";
    }
}
