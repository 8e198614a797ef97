package io.kurier.sender;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads back what a request holds, for tests. */
public final class SentRequest {
    private final HttpRequestBytes request;

    public SentRequest(HttpRequestBytes request) {
        this.request = request;
    }

    public String body() {
        return new String(request.body().bytes, StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if the request has no such header */
    public String header(String name) {
        String head = new String(request.head().bytes, StandardCharsets.ISO_8859_1);
        return List.of(head.split("\r\n")).stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no header " + name + " in " + head));
    }
}
