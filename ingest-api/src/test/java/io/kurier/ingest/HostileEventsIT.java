package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hostile requests to {@code POST /events}: each is answered, none with a 5xx, and none affects later requests. */
@ExtendWith(SharedApi.class)
class HostileEventsIT {
    private static final int PATIENCE_MS = 10_000;
    private final TestApi api;
    private final ApiClient caller;

    HostileEventsIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    /** A request with a query goes through the router. */
    @Test
    void everyInputIsAcceptedOrA4xx() throws IOException {
        hold("?tenant=" + caller.tenant(), TestApi.KEY, caller);
    }

    /** A request without a query takes the fast path, as those of most publishers do. */
    @Test
    void everyInputIsAcceptedOrA4xxOnTheFastPath() throws IOException {
        String tenant = api.tenant();
        hold("", api.operator().keyOf(tenant, "publish"), ApiClient.ofTenant(api, tenant));
    }

    private void hold(String query, String key, ApiClient caller) throws IOException {
        List<HostileInputs.Input> inputs = HostileInputs.all();
        List<String> wrong = new ArrayList<>();
        int accepted = 0;
        for (HostileInputs.Input input : inputs) {
            String answer = send(input, query, key);
            if (answer.startsWith("HTTP/1.1 202")) {
                accepted++;
            } else if (!isTheCallersFault(input, answer)) {
                wrong.add(input.name() + ": " + answer);
            }
        }
        assertThat(inputs).hasSizeGreaterThan(150);
        assertThat(wrong).isEmpty();
        assertThat(accepted).as("accepted inputs").isBetween(20, inputs.size() / 2);

        // all accepted events can be read, and the API still works
        int before = caller.events().size();
        assertThat(before).isGreaterThanOrEqualTo(accepted);
        caller.post("/events", "{\"type\":\"a\",\"data\":{\"after\":1}}").is(202);
        assertThat(caller.events()).hasSize(before + 1);
        api.send(HttpRequest.newBuilder(api.uri("/health/ready"))).is(200);
        assertThat(api.send(HttpRequest.newBuilder(api.uri("/metrics"))).is(200).text())
                .as("no metric label has a value from a request")
                .doesNotContain("jndi", caller.tenant() + "\"");
    }

    private static boolean isTheCallersFault(HostileInputs.Input input, String answer) {
        boolean isOne = answer.split("HTTP/1.1 ", -1).length == 2;
        return (input.isBroken() && answer.isEmpty()) || (isOne && answer.matches("(?s)HTTP/1.1 4\\d\\d .*"));
    }

    /** Writes and reads at the same time, because the server may answer before the request is complete. */
    private String send(HostileInputs.Input input, String query, String key) throws IOException {
        String head = "POST /api/v1/events" + query + " HTTP/1.1\r\nhost: x\r\nx-api-key: " + key
                + "\r\nconnection: close\r\n" + input.headers() + "\r\n";
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(PATIENCE_MS);
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
                    socket.getOutputStream().write(input.body());
                    socket.getOutputStream().flush();
                } catch (IOException e) {
                    // the server has closed the connection
                }
            });
            writer.start();
            return answer(socket.getInputStream());
        }
    }

    /** The head of the response and, if it has a length, the body; a reset after that is ignored. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[8_192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.append(new String(buffer, 0, read, UTF_8));
                if (isWhole(answer.toString())) {
                    break;
                }
            }
        } catch (SocketException e) {
            // the bytes read so far are the response
        }
        return answer.toString();
    }

    private static boolean isWhole(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        int at = answer.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (end < 0 || at < 0 || at > end) {
            return false;
        }
        int length = Integer.parseInt(
                answer.substring(at + 16, answer.indexOf("\r\n", at)).strip());
        return answer.substring(end + 4).getBytes(UTF_8).length >= length;
    }
}
