package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.json.EcmaJson.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaJsonTest {
    @Test
    void whiteSpaceIsLeftOut() throws Exception {
        assertThat(normalized(" {\t\"a\" : [ 1 ,\r\n 2 , { } , [ ] ] , \"b\" : null } "))
                .isEqualTo("{\"a\":[1,2,{},[]],\"b\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false", "null", "1", "\"\"", "\"a\"", "[]", "{}", "[true,false,null]"})
    void anyValueMayStandAlone(String json) throws Exception {
        assertThat(normalized(json)).isEqualTo(json);
        assertThat(normalized(" " + json + "\n")).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource({
        "5.0, 5",
        "1E2, 100",
        "-0, 0",
        "-0.0, 0",
        "0e5, 0",
        "-0E-999999999999, 0",
        "45.50, 45.5",
        "1048576.0, 1048576",
        "100, 100",
        "-10.10, -10.1",
        "0.000001, 0.000001",
        "-0.0000010, -0.000001",
        "0.0000001, 1e-7",
        "10.0000001, 10.0000001",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "1e23, 1e+23",
        "123456789012345, 123456789012345",
        "1704123456789012, 1704123456789012",
        "9007199254740992, 9007199254740992",
        "9007199254740992.0, 9007199254740992",
        "100000000000000000000.0, 100000000000000000000",
        "100000000000000000000, 100000000000000000000",
        "1000000000000000000000, 1e+21",
        "5E-324, 5e-324",
        "1.0e-315, 1e-315",
        "1.0e-314, 1e-314",
        "1.0e-320, 1e-320",
        "-1.00E-323, -1e-323",
        "1.7976931348623157E308, 1.7976931348623157e+308",
        "3.141592653589793, 3.141592653589793",
    })
    void numbersTakeEcmaScriptsText(String written, String expected) throws Exception {
        assertThat(normalized(written)).isEqualTo(expected);
        assertThat(normalized("[" + written + "]")).isEqualTo("[" + expected + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890",
                "9007199254740993",
                "-9007199254740993",
                "9007199254740993.0",
                "123456789012345678901",
                "1234567890123456789012",
                "0.1000000000000000055511151231257827",
                "3.1415926535897932384626433832795",
                "4.9e-324",
                "1e-400",
                "-1E-999999999999999999999",
                "1e999999",
                "-1.50E+400",
                "1e99999999999999999999",
                "1.7976931348623158E309"
            })
    void numbersThatDoublesChangeKeepTheirDigits(String number) throws Exception {
        assertThat(normalized(number)).isEqualTo(number);
    }

    @Test
    void arrayIndicesComeFirstInAscendingOrder() throws Exception {
        assertThat(normalized("{\"b\":1,\"10\":2,\"9\":{\"z\":1,\"0\":2},\"a\":3,\"4294967294\":4,\"0\":5}"))
                .isEqualTo("{\"0\":5,\"9\":{\"0\":2,\"z\":1},\"10\":2,\"4294967294\":4,\"b\":1,\"a\":3}");
    }

    @Test
    void keysThatOnlyLookLikeIndicesStayWhereTheyAre() throws Exception {
        String json =
                "{\"a\":0,\"4294967295\":1,\"01\":2,\"-1\":3,\"1.0\":4,\"1e1\":5,\"00\":6,\" 1\":7,\"99999999999\":8,\"\":9}";
        assertThat(normalized(json)).isEqualTo(json);
    }

    @Test
    void theLastOfEqualKeysWinsInTheFirstOnesPlace() throws Exception {
        assertThat(normalized("{\"a\":1,\"b\":[1,2],\"c\":3,\"\\u0061\":{\"x\":4},\"b\":5}"))
                .isEqualTo("{\"a\":{\"x\":4},\"b\":5,\"c\":3}");
        assertThat(normalized("{\"1\":1,\"1\":2}")).isEqualTo("{\"1\":2}");
    }

    @Test
    void equalKeysAreFoundAmongManyToo() throws Exception {
        StringBuilder many = new StringBuilder("{");
        StringBuilder expected = new StringBuilder("{");
        for (int i = 0; i < 200; i++) {
            many.append("\"k").append(i).append("\":").append(i).append(',');
            expected.append("\"k")
                    .append(i)
                    .append("\":")
                    .append(i == 77 ? -1 : i)
                    .append(i < 199 ? "," : "}");
        }
        assertThat(normalized(many + "\"k77\":-1}")).isEqualTo(expected.toString());
    }

    @Test
    void protoIsAnOrdinaryKey() throws Exception {
        assertThat(normalized("{\"__proto__\":{\"a\":1},\"constructor\":2}"))
                .isEqualTo("{\"__proto__\":{\"a\":1},\"constructor\":2}");
    }

    @Test
    void stringsAreEscapedAsEcmaScriptDoes() throws Exception {
        assertThat(normalized("\"\\b\\t\\n\\f\\r\\\"\\\\\\/\\u0000\\u001F\\u000B\\u007f\\u0041\""))
                .isEqualTo("\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\\u000b\u007fA\"");
        assertThat(normalized("\"\\u00e9é\\u20AC\\ud83d\\uDE00😀\\u2028\u2029\uFEFF\""))
                .isEqualTo("\"éé€😀😀\u2028\u2029\uFEFF\"");
    }

    @Test
    void loneSurrogatesStayEscapedInValuesAndNames() throws Exception {
        assertThat(normalized("[\"\\uD800\",\"\\udc00\\ud800\",\"\\ud83d\\ud83d\\ude00\",\"x\\uDBFFx\"]"))
                .isEqualTo("[\"\\ud800\",\"\\udc00\\ud800\",\"\\ud83d😀\",\"x\\udbffx\"]");
        assertThat(normalized("{\"\\uD800\":1,\"a\\u0000\":2}")).isEqualTo("{\"\\ud800\":1,\"a\\u0000\":2}");
    }

    @Test
    void aStringCanBeWrittenByItself() {
        JsonOut out = new JsonOut(1);
        EcmaJson.writeString(out, "a/\"\u0001é\ud800");
        assertThat(new String(out.toByteArray(), UTF_8)).isEqualTo("\"a/\\\"\\u0001é\\ud800\"");
    }

    @Test
    void oneValueOfAnEnvelopeIsWrittenAndTheParserIsLeftAtItsEnd() throws Exception {
        byte[] envelope = "{\"type\":\"t\",\"data\":{\"b\":[1.0],\"1\":{}},\"after\":2}".getBytes(UTF_8);
        JsonOut out = new JsonOut();
        out.write("[0,".getBytes(UTF_8));
        try (JsonParser parser = EcmaJson.parser(envelope)) {
            while (!"data".equals(parser.currentName())) {
                parser.nextToken();
            }
            parser.nextToken();
            EcmaJson.write(parser, out, Limits.DEFAULT);
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextFieldName()).isEqualTo("after");
        }
        assertThat(new String(out.toByteArray(), UTF_8)).isEqualTo("[0,{\"1\":{},\"b\":[1]}");
    }

    @Test
    void aParserThatIsNotAtAValueIsAMistakeOfTheCaller() throws Exception {
        try (JsonParser parser = EcmaJson.parser("{\"a\":1}".getBytes(UTF_8))) {
            assertThatThrownBy(() -> EcmaJson.write(parser, new JsonOut(), Limits.DEFAULT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The parser is at null; expected the first token of a value");
        }
    }

    private static String normalized(String json) throws JsonRefusedException {
        return new String(EcmaJson.normalize(json.getBytes(UTF_8), Limits.DEFAULT), UTF_8);
    }
}
