package io.kurier.sender;

import static io.kurier.sender.Behaviour.drops;
import static io.kurier.sender.Behaviour.ends;
import static io.kurier.sender.Behaviour.keeps;

import java.util.List;
import java.util.stream.Stream;

/** What receivers do before the body of their answer, if they ever get there. */
final class HostileHeads {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final String EARLY = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";

    private HostileHeads() {}

    static Stream<Behaviour> all() {
        return Stream.of(connections(), statusLines(), interimAnswers(), headers(), lengths())
                .flatMap(List::stream);
    }

    private static List<Behaviour> connections() {
        return List.of(
                ends("resets when it accepts", "reset|connect", Wire::reset).behindTls("tls|connect"),
                ends("closes when it accepts", "reset", Wire::close).behindTls("tls"),
                ends("never reads", "timeout", Wire::ignore),
                ends("never answers", "timeout", Wire::request),
                ends("resets instead of an answer", "reset", wire -> wire.request()
                        .reset()),
                ends("closes instead of an answer", "reset", wire -> wire.request()
                        .close()),
                ends("half-closes instead of an answer", "reset", wire -> wire.request()
                        .halfClose()),
                raw("resets within the status line", "reset", "HTTP/1.1 20", Wire::reset),
                raw("closes within the status line", "reset", "HTTP/1.1 20", Wire::close),
                raw("resets within the headers", "reset", "HTTP/1.1 200 OK\r\ncontent-", Wire::reset),
                raw("closes within the headers", "reset", "HTTP/1.1 200 OK\r\ncontent-", Wire::close),
                raw("resets after the headers", "reset", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", Wire::reset),
                raw("closes after the headers", "reset", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", Wire::close),
                raw("closes after a good answer without a word", "200", OK, Wire::close),
                raw("half-closes after a good answer", "200", OK, Wire::halfClose));
    }

    private static List<Behaviour> statusLines() {
        return List.of(
                raw("closes after empty lines", "reset", "\r\n\r\n", Wire::close),
                keeps("an empty line before a good answer", 200, wire -> wire.request()
                        .send("\r\n" + OK)),
                keeps("no reason", 200, wire -> wire.request().send("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n")),
                status("binary garbage", "\u0001\u0002\u00ff\u00fe\r\n\r\n\r\n"),
                status("a leading NUL", "\u0000" + OK),
                status("HTTP/9.9", "HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n"),
                status("HTTP/2.0", "HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n"),
                status("ICY", "ICY 200 OK\r\n\r\n"),
                status("code 99", "HTTP/1.1 99 What\r\ncontent-length: 0\r\n\r\n"),
                status("code 099", "HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n"),
                status("code 1000", "HTTP/1.1 1000 What\r\ncontent-length: 0\r\n\r\n"),
                status("code 600", "HTTP/1.1 600 What\r\ncontent-length: 0\r\n\r\n"),
                status("code abc", "HTTP/1.1 abc What\r\ncontent-length: 0\r\n\r\n"),
                status("code +200", "HTTP/1.1 +200 What\r\ncontent-length: 0\r\n\r\n"),
                status("code 0200", "HTTP/1.1 0200 What\r\ncontent-length: 0\r\n\r\n"),
                status("no code", "HTTP/1.1\r\n\r\n"),
                status("a reason of 64 KiB", "HTTP/1.1 200 " + "x".repeat(64 * 1024) + "\r\n\r\n"),
                status("line feeds only", "HTTP/1.1 200 OK\ncontent-length: 0\n\n"),
                status("1 MiB of empty lines", "\r\n".repeat(512 * 1024) + OK),
                ends("empty lines without end", "response", wire -> wire.request()
                        .forever("\r\n")),
                ends("drips empty lines", "timeout", wire -> wire.request().drip("\r\n", 20)),
                drops("HTTP/1.0 with a length", 200, wire -> wire.request()
                        .send("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok")),
                raw("HTTP/1.0 until it closes", "200", "HTTP/1.0 200 OK\r\n\r\nok", Wire::close),
                keeps("HTTP/1.0 with keep-alive", 200, wire -> wire.request()
                        .send("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok")),
                raw("HTTP/0.9, a body only", "reset", "<html>hello</html>", Wire::close),
                status("HTTP/0.9, a body of lines", "<html>\r\nhello\r\n</html>\r\n"));
    }

    private static List<Behaviour> interimAnswers() {
        String go = "HTTP/1.1 100 Continue\r\n\r\n";
        return List.of(
                keeps("one 100", 200, wire -> wire.request().send(go + OK)),
                keeps("103, then the answer", 200, wire -> wire.request().send(EARLY + OK)),
                keeps("ten times 103, then the answer", 200, wire -> wire.request()
                        .send(EARLY.repeat(10) + OK)),
                status("10,000 times 103, then the answer", EARLY.repeat(10_000) + OK),
                ends("103 without end", "response", wire -> wire.request().forever(EARLY)),
                ends("100 and nothing after it", "timeout", wire -> wire.request()
                        .send(go)),
                raw("closes after 100", "reset", go, Wire::close),
                status("101", "HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK),
                status(
                        "101 to a web socket",
                        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n" + OK));
    }

    private static List<Behaviour> headers() {
        return List.of(
                status("10,000 headers", "HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(10_000) + "\r\n"),
                status("a value of 1 MiB", "HTTP/1.1 200 OK\r\na: " + "x".repeat(1024 * 1024) + "\r\n\r\n"),
                ends("headers without end", "response", wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\n")
                        .forever("abc: def\r\n")),
                ends("drips its headers", "timeout", wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\n")
                        .drip("a: b\r\n", 200)),
                header("a NUL in a value", "a: b\u0000c"),
                header("a NUL in a name", "a\u0000b: c"),
                header("a bare CR in a value", "a: b\rc: d"),
                header("a name of nothing", ": b"),
                header("no colon", "what"),
                keeps("a folded header", 200, wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 0\r\n\r\n")),
                keeps("a space before the colon", 200, wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\nok")));
    }

    private static List<Behaviour> lengths() {
        return List.of(
                header("the same length twice", "content-length: 0\r\ncontent-length: 0"),
                header("two lengths", "content-length: 0\r\ncontent-length: 5"),
                header("a list of lengths", "content-length: 0, 5"),
                header("a negative length", "content-length: -1"),
                header("a length with a sign", "content-length: +0"),
                header("a length that overflows", "content-length: 99999999999999999999"),
                header("a length that is none", "content-length: many"),
                header("a length and chunks", "content-length: 0\r\ntransfer-encoding: chunked"),
                header("chunks, then identity", "transfer-encoding: chunked, identity"),
                header("chunks twice", "transfer-encoding: chunked, chunked"),
                status("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                raw(
                        "identity until it closes",
                        "200",
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\nok",
                        Wire::close));
    }

    private interface Then {
        void end(Wire wire) throws java.io.IOException;
    }

    private static Behaviour raw(String name, String outcome, String bytes, Then then) {
        return ends(name, outcome, wire -> then.end(wire.request().send(bytes)));
    }

    private static Behaviour status(String name, String bytes) {
        return ends(name, "response", wire -> wire.request().send(bytes));
    }

    private static Behaviour header(String name, String line) {
        return status(name, "HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n");
    }
}
