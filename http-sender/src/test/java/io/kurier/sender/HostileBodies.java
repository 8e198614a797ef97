package io.kurier.sender;

import static io.kurier.sender.Behaviour.drops;
import static io.kurier.sender.Behaviour.ends;
import static io.kurier.sender.Behaviour.keeps;

import java.util.List;
import java.util.stream.Stream;

/** What receivers do with the body of their answer, and after it. */
final class HostileBodies {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final String CHUNKS = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String LONG = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok";
    private static final String KIB = "x".repeat(1024);

    private HostileBodies() {}

    static Stream<Behaviour> all() {
        return Stream.of(bodies(), chunks(), surplus(), encodings()).flatMap(List::stream);
    }

    private static List<Behaviour> bodies() {
        return List.of(
                drops("a body of a told length without end", 200, wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\ncontent-length: 9000000000000000000\r\n\r\n")
                        .forever(KIB)),
                drops("a body without length or end", 200, wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\n\r\n")
                        .forever(KIB)),
                drops("chunks without end", 200, wire -> wire.request()
                        .send(CHUNKS)
                        .forever("400\r\n" + KIB + "\r\n")),
                ends("drips its body", "timeout", wire -> wire.request()
                        .send("HTTP/1.1 500 No\r\ncontent-length: 9999\r\n\r\n")
                        .drip("x", 20)),
                ends("drips its chunks", "timeout", wire -> wire.request()
                        .send(CHUNKS)
                        .drip("1\r\nx\r\n", 20)),
                ends("a body shorter than told", "timeout", wire -> wire.request()
                        .send(LONG)),
                ends("resets within the body", "reset", wire -> wire.request()
                        .send(LONG)
                        .reset()),
                ends("closes within the body", "reset", wire -> wire.request()
                        .send(LONG)
                        .close()),
                ends("half-closes within the body", "reset", wire -> wire.request()
                        .send(LONG)
                        .halfClose()),
                ends("closes within the chunks", "reset", wire -> wire.request()
                        .send(CHUNKS + "5\r\nhel")
                        .close()),
                ends("closes before the last chunk", "reset", wire -> wire.request()
                        .send(CHUNKS + "2\r\nok\r\n")
                        .close()));
    }

    private static List<Behaviour> chunks() {
        return List.of(
                chunk("a chunk of 4 GiB", "100000000\r\nok\r\n"),
                chunk("a chunk whose size overflows", "FFFFFFFFFFFFFFFFFF\r\nok\r\n"),
                chunk("a chunk of -1", "-1\r\nok\r\n"),
                chunk("a chunk of no size", "\r\nok\r\n"),
                chunk("a chunk of size zz", "zz\r\n"),
                chunk("a chunk longer than told", "2\r\nokok\r\n0\r\n\r\n"),
                chunk("a chunk that ends in LF", "2\r\nok\n0\r\n\r\n"),
                chunk("an extension of 1 MiB", "2;" + "x".repeat(1024 * 1024) + "\r\nok\r\n0\r\n\r\n"),
                ends("an extension without end", "response", wire -> wire.request()
                        .send(CHUNKS + "2;")
                        .forever("x")),
                ends("long extensions without end", "response", wire -> wire.request()
                        .send(CHUNKS)
                        .forever("1;" + KIB + "\r\nx\r\n")),
                chunk("10,000 trailers", "0\r\n" + "a:\r\n".repeat(10_000) + "\r\n"),
                ends("trailers without end", "response", wire -> wire.request()
                        .send(CHUNKS + "0\r\n")
                        .forever("abc: def\r\n")),
                ends("drips its trailers", "timeout", wire -> wire.request()
                        .send(CHUNKS + "0\r\n")
                        .drip("a: b\r\n", 200)),
                chunk("a NUL in a trailer", "0\r\na: b\u0000\r\n\r\n"),
                keeps("an extension and a trailer", 200, wire -> wire.request()
                        .send(CHUNKS + "2;a=b\r\nok\r\n0\r\nc: d\r\n\r\n")));
    }

    /** The answer is whole, and counts; what follows must not be taken for the next one. */
    private static List<Behaviour> surplus() {
        return List.of(
                after("a body longer than told", OK + "ok"),
                after("garbage after the answer", OK + "\u0000\u0001\r\n\r\n"),
                after("garbage after the chunks", CHUNKS + "2\r\nok\r\n0\r\n\r\nok"),
                after("a second answer", OK + OK),
                after("half a second answer", OK + "HTTP/1.1 200 OK\r\nx-swallow: "),
                after("all but the end of a second answer", OK + "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"),
                drops("a second answer a moment later", 200, wire -> {
                    wire.request().send(OK);
                    wire.drip(OK, 100);
                }),
                drops("half a second answer a moment later", 200, wire -> {
                    wire.request().send(OK);
                    wire.drip("HTTP/1.1 ", 100);
                }),
                drops("204 with a body", 204, wire -> wire.request()
                        .send("HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok")),
                drops("204 with a body a moment later", 204, wire -> {
                    wire.request().send("HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n");
                    wire.drip("ok", 100);
                }),
                drops("204 in chunks a moment later", 204, wire -> {
                    wire.request().send("HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n");
                    wire.drip("2\r\nok\r\n", 100);
                }),
                drops("304 with a body", 304, wire -> wire.request()
                        .send("HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok")));
    }

    /** Nothing is ever unpacked. */
    private static List<Behaviour> encodings() {
        return Stream.of("gzip", "br", "zstd", "deflate, gzip, gzip")
                .map(encoding -> keeps("a bomb in " + encoding, 200, wire -> wire.request()
                        .send("HTTP/1.1 200 OK\r\ncontent-encoding: " + encoding + "\r\ncontent-length: 1024\r\n\r\n"
                                + "\u001f\u008b\b\u0000".repeat(256))))
                .toList();
    }

    private static Behaviour chunk(String name, String bytes) {
        return ends(name, "response", wire -> wire.request().send(CHUNKS + bytes));
    }

    private static Behaviour after(String name, String bytes) {
        return drops(name, 200, wire -> wire.request().send(bytes));
    }
}
