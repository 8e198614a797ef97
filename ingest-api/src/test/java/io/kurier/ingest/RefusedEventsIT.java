package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A refused event is answered with the field, its value and what was expected, and is not stored. */
@ExtendWith(SharedApi.class)
class RefusedEventsIT {
    private static final String DEEP = "[".repeat(100_000);
    private static ApiClient caller;

    @BeforeAll
    static void act(TestApi api) {
        caller = api.caller();
    }

    @AfterAll
    static void refusedEventsAreNotStored() {
        assertThat(caller.events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'data':{}}                                        | type      |",
                "{'type':'a'}                                       | data      |",
                "{'type':null,'data':{}}                            | type      | null",
                "{'type':5,'data':{}}                               | type      | 5",
                "{'type':{'a':1},'data':{}}                         | type      | an object",
                "{'type':['a'],'data':{}}                           | type      | an array",
                "{'event':false,'data':{}}                          | event     | false",
                "{'type':'','data':{}}                              | type      | ''",
                "{'type':'job completed','data':{}}                 | type      | job completed",
                "{'type':'job..completed','data':{}}                | type      | job..completed",
                "{'type':'job.*','data':{}}                         | type      | job.*",
                "{'type':'a\\t','data':{}}                          | type      | 'a\t'",
                "{'type':'a','type':'b','data':{}}                  | type      | b",
                "{'type':'a','event':'b','data':{}}                 | event     | b",
                "{'type':'a','data':1,'data':2}                     | data      |",
                "{'type':'a','id':'1','id':'2','data':{}}           | id        | 2",
                "{'type':'a','job_id':'1','job_id':'2','data':{}}   | job_id    | 2",
                "{'type':'a','job_id':5,'data':{}}                  | job_id    | 5",
                "{'type':'a','job_id':'','data':{}}                 | job_id    | ''",
                "{'type':'a','request_id':[],'data':{}}             | request_id | an array",
                "{'type':'a','id':true,'data':{}}                   | id        | true",
                "{'type':'a','id':'','data':{}}                     | id        | ''",
                "{'type':'a','id':'\\ud800','data':{}}              | id        | ?",
                "{'type':'a','time':1700000000,'data':{}}           | time      | 1700000000",
                "{'type':'a','time':'yesterday','data':{}}          | time      | yesterday",
                "{'type':'a','time':'2026-01-31','data':{}}         | time      | 2026-01-31",
                "{'type':'a','time':'2026-13-01T00:00:00Z','data':{}} | time    | 2026-13-01T00:00:00Z",
                "{'type':'a','time':'1969-12-31T23:59:59Z','data':{}} | time    | 1969-12-31T23:59:59Z",
                "{'type':'a','time':'+999999999-12-31T23:59:59Z','data':{}} | time | +999999999-12-31T23:59:59Z",
                "{'type':'a','typo':1,'data':{}}                    | typo      |",
                "{'type':'a','typo':{'data':1},'data':{}}           | typo      |",
            })
    void invalidFieldIsNamedWithItsValue(String event, String field, String value) {
        JsonNode problem = caller.post("/events", event.replace('\'', '"')).problem(400, field);
        assertThat(problem.path("value").asText(null)).isEqualTo(value == null ? null : value);
    }

    @ParameterizedTest
    @CsvSource({"id, 257", "job_id, 257", "type, 129"})
    void longValueIsShownShortened(String field, int length) {
        String text = "x".repeat(length);
        String type = field.equals("type") ? "" : ",\"type\":\"a\"";
        JsonNode problem = caller.post("/events", "{\"" + field + "\":\"" + text + "\",\"data\":1" + type + "}")
                .problem(400, field);
        assertThat(problem.path("value").asText()).hasSizeLessThan(length).startsWith("xxx");
        assertThat(problem.path("expected").asText()).contains((length - 1) + " characters");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noJson")
    void malformedJsonIsRefused(String name, byte[] body) {
        caller.post("/events", body).problem(400);
    }

    static Stream<Arguments> noJson() {
        return Stream.of(
                body("nothing", ""),
                body("blank", " \r\n\t"),
                body("a number", "5"),
                body("a text", "\"text\""),
                body("null", "null"),
                body("cut short", "{\"type\":\"a\",\"data\":{\"b\":"),
                body("cut short in an array", "[{\"type\":\"a\",\"data\":1}"),
                body("no quotes", "{type:\"a\",\"data\":1}"),
                body("single quotes", "{'type':'a','data':1}"),
                body("nonsense", "type=a&data=1"),
                body("trailing comma", "{\"type\":\"a\",\"data\":1,}"),
                body("a comment", "{\"type\":\"a\",/* */\"data\":1}"),
                body("garbage behind", "{\"type\":\"a\",\"data\":1}x"),
                body("another value behind", "{\"type\":\"a\",\"data\":1} {}"),
                body("a bracket behind", "[{\"type\":\"a\",\"data\":1}]]"),
                body("NaN", "{\"type\":\"a\",\"data\":NaN}"),
                body("Infinity", "{\"type\":\"a\",\"data\":[-Infinity]}"),
                body("a leading zero", "{\"type\":\"a\",\"data\":01}"),
                body("a plus", "{\"type\":\"a\",\"data\":+1}"),
                body("a number that ends in a dot", "{\"type\":\"a\",\"data\":1.}"),
                body("a number of 100,000 digits", "{\"type\":\"a\",\"data\":" + "9".repeat(100_000) + "}"),
                body("a line break in a text", "{\"type\":\"a\",\"data\":\"\n\"}"),
                body("a bad escape", "{\"type\":\"a\",\"data\":\"\\x\"}"),
                body("deep data", "{\"type\":\"a\",\"data\":" + DEEP),
                body("deep and complete", "{\"type\":\"a\",\"data\":" + DEEP + "]".repeat(100_000) + "}"),
                body("a deep unknown field", "{\"type\":\"a\",\"typo\":" + DEEP),
                body("deep arrays", DEEP),
                body("deep objects", "{\"data\":".repeat(30_000)),
                bytes("a byte that is no UTF-8", "{\"type\":\"a\",\"data\":\"\u00ff\"}", ISO_8859_1),
                bytes("an overlong form", "{\"type\":\"a\",\"data\":\"\u00c0\u00af\"}", ISO_8859_1),
                bytes("an encoded surrogate", "{\"type\":\"a\",\"data\":\"\u00ed\u00a0\u0080\"}", ISO_8859_1),
                bytes("bad UTF-8 in the type", "{\"type\":\"a\u00ff\",\"data\":1}", ISO_8859_1),
                body("a byte order mark", "\ufeff{\"type\":\"a\",\"data\":1}"),
                bytes("UTF-16", "{\"type\":\"a\",\"data\":1}", UTF_16),
                bytes("what looks like UTF-32", "\0\0\0{\u00ff\u00ff\u00ff\u00ff", ISO_8859_1));
    }

    private static Arguments body(String name, String body) {
        return bytes(name, body, UTF_8);
    }

    private static Arguments bytes(String name, String body, Charset charset) {
        return Arguments.of(name, body.getBytes(charset));
    }

    @ParameterizedTest
    @CsvSource({"100000", "1"})
    void unknownFieldIsRefusedAndItsNameShortened(int length) {
        String name = "n".repeat(length);
        JsonNode problem = caller.post("/events", "{\"type\":\"a\",\"data\":1,\"" + name + "\":1}")
                .problem(400);
        assertThat(problem.path("field").asText()).startsWith("n");
    }

    @ParameterizedTest
    @CsvSource({"150001", "200000"})
    void dataBeyondTheBoundIsRefused(int bytes) {
        JsonNode problem = caller.post("/events", "{\"type\":\"a\",\"data\":\"" + "x".repeat(bytes - 2) + "\"}")
                .problem(413, "data");
        assertThat(problem.path("detail").asText()).contains(bytes + " bytes").contains("150000");
    }
}
