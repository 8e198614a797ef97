package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Hostile requests to {@code POST /events}, as bytes from the request line to the end of the body. */
final class HostileInputs {
    /**
     * @param headers lines, each with its CRLF
     * @param isBroken the server may close the connection without a response
     */
    record Input(String name, String headers, byte[] body, boolean isBroken) {}

    private final List<Input> all = new ArrayList<>();

    private HostileInputs() {}

    static List<Input> all() {
        HostileInputs inputs = new HostileInputs();
        inputs.shapes();
        inputs.encodings();
        inputs.numbers();
        inputs.names();
        inputs.cloudEvents();
        inputs.framing();
        return inputs.all;
    }

    private void add(String name, String headers, byte[] body) {
        all.add(new Input(name, headers + "content-length: " + body.length + "\r\n", body, false));
    }

    private void json(String name, String body) {
        add(name, "content-type: application/json\r\n", body.getBytes(UTF_8));
    }

    private void data(String name, String data) {
        json(name, "{\"type\":\"a\",\"data\":" + data + "}");
    }

    private void shapes() {
        json("nothing", "");
        json("a scalar", "1");
        json("null", "null");
        json("an array of arrays", "[[],[[]]]");
        json("a hundred thousand brackets", "[".repeat(100_000));
        json("a hundred thousand objects", "{\"a\":".repeat(50_000));
        data("a hundred thousand brackets in data", "[".repeat(100_000) + "]".repeat(100_000));
        data("depth of just too much", "[".repeat(101) + "]".repeat(101));
        data("sixty thousand members", "{" + members(30_000, true) + "}");
        data("sixty thousand members of one name", "{" + members(60_000, false) + "}");
        data("members that look like indexes", "{\"4294967295\":1,\"4294967294\":2,\"-1\":3,\"01\":4}");
        data("a member called __proto__", "{\"__proto__\":{\"a\":1},\"constructor\":1}");
        data("an empty name", "{\"\":{\"\":{\"\":1}}}");
        json("every field twice", "{\"type\":\"a\",\"type\":\"a\",\"data\":1,\"data\":1}");
        json("ten thousand unknown fields", "{" + members(10_000, true) + "}");
        json("more events than allowed", "[" + "{\"type\":\"a\",\"data\":1},".repeat(1_001) + "1]");
        json("an array that never ends", "[{\"type\":\"a\",\"data\":1},");
        json("garbage behind", "{\"type\":\"a\",\"data\":1}\0\0\0");
        json("NUL before", "\0{\"type\":\"a\",\"data\":1}");
        json("many blanks", " ".repeat(300_000) + "{\"type\":\"a\",\"data\":1}");
        data("data of just too much", "\"" + "x".repeat(TestApi.MAX_EVENT_BYTES - 1) + "\"");
        data("escapes that grow", "\"" + "\\u0001".repeat(20_000) + "\"");
        json("data that is missing", "{\"type\":\"a\"}");
        json("a comment", "{/**/\"type\":\"a\",\"data\":1}");
    }

    private static String members(int count, boolean different) {
        StringBuilder members = new StringBuilder("\"n\":0");
        for (int i = 1; i < count; i++) {
            members.append(",\"n").append(different ? i : 0).append("\":0");
        }
        return members.toString();
    }

    private void encodings() {
        for (String bytes :
                List.of("\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080", "\u00e2\u0082")) {
            add(
                    "ill-formed UTF-8",
                    "content-type: application/json\r\n",
                    ("{\"type\":\"a\",\"data\":\"" + bytes + "\"}").getBytes(ISO_8859_1));
        }
        byte[] event = "{\"type\":\"a\",\"data\":1}".getBytes(UTF_8);
        add("UTF-16", "content-type: application/json\r\n", new String(event, UTF_8).getBytes(UTF_16LE));
        add("UTF-16 that says so", "content-type: application/json; charset=utf-16\r\n", event);
        json("a byte order mark", "\ufeff{\"type\":\"a\",\"data\":1}");
        data("a lone surrogate", "\"\\ud800\"");
        data("surrogates the wrong way round", "\"\\udc00\\ud800\"");
        data("a lone surrogate as a name", "{\"\\udfff\":1}");
        data("NUL in a text", "\"\\u0000\"");
        data("a bare control character", "\"\u0001\"");
        add("gzip that is not unpacked", "content-encoding: gzip\r\n", gzip(event));
        add("a bomb", "content-encoding: gzip\r\n", gzip(new byte[20_000_000]));
        add("an unknown encoding", "content-encoding: x\r\n", event);
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void numbers() {
        for (String number : List.of(
                "NaN",
                "-Infinity",
                "1e999999",
                "-1e999999999999",
                "1e-999999",
                "-0",
                "-0.0",
                "00",
                "1.",
                ".5",
                "+1",
                "0x10",
                "1e",
                "9".repeat(1_000),
                "9".repeat(100_000),
                "0." + "0".repeat(900) + "1",
                "1" + "0".repeat(900) + "e-900")) {
            data("the number " + (number.length() > 20 ? number.substring(0, 20) : number), number);
        }
    }

    private void names() {
        for (String name : List.of(
                "a.b",
                "../../etc/passwd",
                "a\\r\\nb",
                "\\u0000",
                "\\u202eabc",
                "${jndi:ldap://127.0.0.1/x}",
                "\\u001b[31mred",
                "%s%n%x",
                "' OR 1=1 --",
                "\\ud83d\\ude00",
                "\\ud800",
                "",
                "x".repeat(10_240))) {
            for (String field : List.of("id", "job_id", "type", "time", "expires_after", "tenant")) {
                String type = field.equals("type") ? "" : "\"type\":\"a\",";
                json(
                        field + " " + (name.length() > 20 ? name.length() + " characters" : name),
                        "{" + type + "\"" + field + "\":\"" + name + "\",\"data\":1}");
            }
        }
        byte[] event = "{\"type\":\"a\",\"data\":1}".getBytes(UTF_8);
        for (String key :
                List.of("x".repeat(10_000), "a\tb", "\u00ff\u00fe", "${jndi:ldap://x}", "\"", "\"\"", "a, b")) {
            add("Idempotency-Key " + Math.min(20, key.length()), "idempotency-key: " + key + "\r\n", event);
        }
        add("the same key", "idempotency-key: same\r\n", event);
        add(
                "the same key for another event",
                "idempotency-key: same\r\n",
                "{\"type\":\"b\",\"data\":2}".getBytes(UTF_8));
    }

    private void cloudEvents() {
        byte[] one = "1".getBytes(UTF_8);
        String rest = "ce-specversion: 1.0\r\nce-source: s\r\nce-type: a\r\ncontent-type: application/json\r\n";
        for (String id : List.of(
                "%", "%zz", "%f", "%00", "%0d%0a", "%ff", "\"", "\"\\\"", "x".repeat(5_000), "\u00ff", "${jndi:x}")) {
            add("ce-id " + Math.min(20, id.length()), rest + "ce-id: " + id + "\r\n", one);
        }
        add("ce- headers twice", rest + "ce-id: 1\r\nce-id: 2\r\n", one);
        add("two hundred extensions", rest + "ce-id: 1\r\n" + "ce-x: y\r\n".repeat(200), one);
        for (String type : List.of(
                "application/cloudevents",
                "application/cloudevents+",
                "application/cloudevents-batch+xml",
                "application/cloudevents+json;charset=x",
                "application/cloudeventsomething")) {
            add(type, "content-type: " + type + "\r\n", "{}".getBytes(UTF_8));
        }
        for (String body : List.of(
                "{}",
                "[]",
                "1",
                "{\"specversion\":1.0}",
                "{\"specversion\":\"1.0\",\"id\":{}}",
                "{\"data_base64\":\"*\"}",
                "{\"data_base64\":{}}",
                "{\"data\":" + "[".repeat(50_000),
                "{\"id\":\"1\",\"id\":\"1\"}")) {
            add("structured", "content-type: application/cloudevents+json\r\n", body.getBytes(UTF_8));
            add("batch", "content-type: application/cloudevents-batch+json\r\n", ("[" + body + "]").getBytes(UTF_8));
        }
    }

    private void framing() {
        byte[] event = "{\"type\":\"a\",\"data\":1}".getBytes(UTF_8);
        String chunked = "transfer-encoding: chunked\r\n";
        raw("a length of a gigabyte", "content-length: 1073741824\r\n", "");
        raw("a length beyond a long", "content-length: 99999999999999999999\r\n", "");
        raw("a negative length", "content-length: -1\r\n", "");
        raw("both framings", "content-length: 5\r\n" + chunked, "0\r\n\r\n");
        raw("an unknown transfer encoding", "transfer-encoding: x\r\n", "");
        broken("a chunk of no number", chunked + "\r\nzz\r\n{}\r\n0\r\n\r\n");
        broken("a chunk beyond an int", chunked + "\r\nffffffffff\r\n{}");
        raw("chunks without an end", chunked, ("4000\r\n" + "x".repeat(0x4000) + "\r\n").repeat(40));
        raw("a header line without a name", ": x\r\ncontent-length: 0\r\n", "");
        raw("a header name with a blank", "a b: x\r\ncontent-length: 0\r\n", "");
        raw("NUL in a header", "x: a\0b\r\ncontent-length: 0\r\n", "");
        raw("a folded header", "x: a\r\n b\r\ncontent-length: 2\r\n", "{}");
        add("a query in the type", "content-type: application/json?x=1\r\n", event);
        add("no content type", "", event);
        add("a long content type", "content-type: " + "a/b;".repeat(1_000) + "\r\n", event);
        add("an expectation nobody meets", "expect: 200-maybe\r\n", event);
    }

    private void raw(String name, String headers, String body) {
        all.add(new Input(name, headers, body.getBytes(ISO_8859_1), false));
    }

    private void broken(String name, String request) {
        int end = request.indexOf("\r\n\r\n") + 2;
        all.add(new Input(
                name, request.substring(0, end), request.substring(end + 2).getBytes(ISO_8859_1), true));
    }
}
