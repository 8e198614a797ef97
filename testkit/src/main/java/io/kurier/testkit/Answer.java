package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link ScriptedReceiver} does with one request. Immutable: every {@code with…} returns a new one.
 *
 * <p>Well-behaved answers start at {@link #status}, hostile ones at {@link #raw}, {@link #endless}, {@link #never},
 * {@link #reset} and {@link #closeBeforeAnswer}.
 */
public final class Answer {
    /** What happens to the connection after the bytes are sent. */
    enum Then {
        KEEP,
        CLOSE,
        HALF_CLOSE,
        RESET,
        HOLD
    }

    private static final byte[] NOTHING = {};
    private static final Answer OK = status(200).withBody("ok");

    private final byte[] bytes;
    private final byte[] repeated;
    private final Draft draft;
    private final Duration delay;
    private final Duration pause;
    private final Then then;

    /** The parts of a response; with {@code status} 0, the bytes are given as they are. */
    private record Draft(int status, List<String> headers, String body) {
        private static final Draft NONE = new Draft(0, List.of(), "");
    }

    private Answer(Draft draft, byte[] given, byte[] repeated, Duration delay, Duration pause, Then then) {
        this.draft = draft;
        this.bytes = draft.status() == 0 ? given : encode(draft, then);
        this.repeated = repeated;
        this.delay = delay;
        this.pause = pause;
        this.then = then;
    }

    private static Answer of(Draft draft, byte[] given, byte[] repeated, Then then) {
        return new Answer(draft, given, repeated, Duration.ZERO, Duration.ZERO, then);
    }

    /** A 200 with the body {@code ok}. */
    public static Answer ok() {
        return OK;
    }

    /** A response with this status, no body and a fitting {@code content-length}. */
    public static Answer status(int status) {
        return of(new Draft(status, List.of(), ""), NOTHING, NOTHING, Then.KEEP);
    }

    /** Exactly these bytes, whether they are HTTP or not; the connection stays open. */
    public static Answer raw(byte[] bytes) {
        return of(Draft.NONE, bytes.clone(), NOTHING, Then.KEEP);
    }

    /** The same, from text in ISO 8859-1. */
    public static Answer raw(String text) {
        return raw(text.getBytes(ISO_8859_1));
    }

    /** The head, then the repeated bytes for as long as the client reads. */
    public static Answer endless(String head, String repeated) {
        return of(Draft.NONE, head.getBytes(ISO_8859_1), repeated.getBytes(ISO_8859_1), Then.KEEP);
    }

    /** No answer: the connection stays open until the client closes it or {@code release()} answers. */
    public static Answer never() {
        return of(Draft.NONE, NOTHING, NOTHING, Then.HOLD);
    }

    /** Resets the connection (RST) instead of answering. */
    public static Answer reset() {
        return of(Draft.NONE, NOTHING, NOTHING, Then.RESET);
    }

    /** Closes the connection (FIN) instead of answering. */
    public static Answer closeBeforeAnswer() {
        return of(Draft.NONE, NOTHING, NOTHING, Then.CLOSE);
    }

    /** Adds a header line; a name may occur more than once. */
    public Answer withHeader(String name, String value) {
        var headers = new ArrayList<>(draft.headers());
        headers.add(name + ": " + value);
        return describedAs(new Draft(draft.status(), List.copyOf(headers), draft.body()));
    }

    /** Sets the body, sent in UTF-8. */
    public Answer withBody(String body) {
        return describedAs(new Draft(draft.status(), draft.headers(), body));
    }

    private Answer describedAs(Draft next) {
        if (next.status() == 0) {
            throw new IllegalStateException("only an answer from status(…) takes headers and a body");
        }
        return new Answer(next, NOTHING, repeated, delay, pause, then);
    }

    /** Waits this long after the whole request has arrived. */
    public Answer delay(Duration by) {
        return new Answer(draft, bytes, repeated, by, pause, then);
    }

    /** Sends one byte at a time, with this pause before each but the first. */
    public Answer dripping(Duration betweenBytes) {
        return new Answer(draft, bytes, repeated, delay, betweenBytes, then);
    }

    /** Closes after the last byte; a response made by {@code status} announces it, raw bytes do not. */
    public Answer closeAfterAnswer() {
        return then(Then.CLOSE);
    }

    /** Sends FIN after the last byte but continues to read. */
    public Answer halfCloseAfterAnswer() {
        return then(Then.HALF_CLOSE);
    }

    /** Resets the connection after the last byte: in the middle of a body, if the bytes end there. */
    public Answer resetAfterAnswer() {
        return then(Then.RESET);
    }

    private Answer then(Then next) {
        return new Answer(draft, bytes, repeated, delay, pause, next);
    }

    private static byte[] encode(Draft draft, Then then) {
        byte[] body = draft.body().getBytes(UTF_8);
        var head = new StringBuilder("HTTP/1.1 ")
                .append(draft.status())
                .append(' ')
                .append(HttpResponseStatus.valueOf(draft.status()).reasonPhrase())
                .append("\r\n");
        draft.headers().forEach(line -> head.append(line).append("\r\n"));
        if (then == Then.CLOSE) {
            head.append("connection: close\r\n");
        }
        if (mayHaveALength(draft)) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(UTF_8));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static boolean mayHaveALength(Draft draft) {
        boolean told = draft.headers().stream()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .anyMatch(line -> line.startsWith("content-length:") || line.startsWith("transfer-encoding:"));
        return !told && draft.status() >= 200 && draft.status() != 204 && draft.status() != 304;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] repeated() {
        return repeated;
    }

    Duration delay() {
        return delay;
    }

    Duration pause() {
        return pause;
    }

    Then then() {
        return then;
    }
}
