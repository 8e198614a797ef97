package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.kurier.model.json.EcmaJson.Limits;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaJsonRefusalTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 2",
                "1,",
                "{} {}",
                "[1]x",
                "\"a\"1",
                "truefalse",
                "True",
                "nul",
                "undefined",
                "NaN",
                "Infinity",
                "-Infinity",
                "[NaN]",
                "01",
                "-01",
                "1.",
                ".5",
                "+1",
                "1e",
                "1e+",
                "-",
                "0x10",
                "1_0",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{,}",
                "{\"a\":1,}",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{1:1}",
                "{'a':1}",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"\\",
                "\"\t\"",
                "\"\n\"",
                "\"\u0000\"",
                "[",
                "]",
                "{",
                "}",
                "[1}",
                "{\"a\":1]",
                "/**/1",
                "1//",
                "#\n1",
                "\u00a01",
                "\u000b1",
                "\f1",
                "\u00001",
                "1\u0000",
                "\u001e1",
                "{\"a\\q\":1}"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThat(refusalOf(text.getBytes(UTF_8)))
                .matches("(The JSON text is empty|Invalid JSON at|Refused at)(?s:.*)");
    }

    @Test
    void aRefusalSaysWhatWhereAndWhatWasExpected() {
        assertThat(refusalOf("{\"a\":1,\n \"b\" 2}".getBytes(UTF_8)))
                .isEqualTo("Invalid JSON at line 2, column 6: Unexpected character ('2' (code 50)): "
                        + "was expecting a colon to separate field name and value");
        assertThat(refusalOf("[1] 2".getBytes(UTF_8)))
                .isEqualTo("Refused at line 1, column 5: more text after the value; "
                        + "expected one JSON value and nothing after it");
        assertThat(refusalOf(" ".getBytes(UTF_8))).isEqualTo("The JSON text is empty; expected one JSON value");
        assertThat(refusalOf("[1".getBytes(UTF_8))).contains("start marker at [line: 1, column: 1]");
        assertThat(refusalOf("NaN".getBytes(UTF_8)))
                .isEqualTo("Invalid JSON at line 1, column 4: Non-standard token 'NaN'");
    }

    @ParameterizedTest
    @CsvSource({
        "C080, overlong NUL",
        "C1BF, overlong of two",
        "E09FBF, overlong of three",
        "F08FBFBF, overlong of four",
        "EDA080, encoded high surrogate",
        "EDBFBF, encoded low surrogate",
        "EDA0BDEDB880, encoded surrogate pair",
        "F4908080, above U+10FFFF",
        "F5808080, no lead byte",
        "FF, never in UTF-8",
        "80, continuation without a lead",
        "C3, cut short",
        "E282, cut short",
        "F09F98, cut short",
        "C328, no continuation"
    })
    void malformedUtf8IsRefusedInValuesAndNames(String hex, String why) {
        byte[] bad = HexFormat.of().parseHex(hex);
        assertThat(refusalOf(join("\"ab", bad, "\"")))
                .as(why)
                .startsWith("Refused at byte 3: 0x" + hex.substring(0, 2));
        assertThat(refusalOf(join("{\"", bad, "\":1}"))).as(why).startsWith("Refused at byte 2: ");
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThat(refusalOf(join("", HexFormat.of().parseHex("EFBBBF"), "{}")))
                .isEqualTo("Refused at byte 0: a byte order mark; expected JSON without one");
        assertThat(refusalOf("{}".getBytes(StandardCharsets.UTF_16))).startsWith("Refused at byte 0");
        assertThat(refusalOf("{}".getBytes(StandardCharsets.UTF_16LE))).startsWith("Invalid JSON at");
    }

    @Test
    void depthIsBounded() throws Exception {
        Limits limits = new Limits(3, 1_000);
        assertThat(EcmaJson.normalize("[{\"a\":[]},[[]]]".getBytes(UTF_8), limits))
                .isNotEmpty();
        assertThatExceptionOfType(JsonRefusedException.class)
                .isThrownBy(() -> EcmaJson.normalize("[{\"a\":[[]]}]".getBytes(UTF_8), limits))
                .withMessage("Refused at line 1, column 8: objects and arrays nested more than 3 deep; "
                        + "expected at most 3");
    }

    @Test
    void theLengthOfNumbersIsBounded() throws Exception {
        Limits limits = new Limits(100, 20);
        assertThat(EcmaJson.normalize("12345678901234567890".getBytes(UTF_8), limits))
                .hasSize(20);
        assertThatExceptionOfType(JsonRefusedException.class)
                .isThrownBy(() -> EcmaJson.normalize("[0.1234567890123456789]".getBytes(UTF_8), limits))
                .withMessage("Refused at line 1, column 2: a number of 21 characters; expected at most 20");
    }

    private static String refusalOf(byte[] text) {
        try {
            return "accepted as " + new String(EcmaJson.normalize(text, Limits.DEFAULT), UTF_8);
        } catch (JsonRefusedException e) {
            return e.getMessage();
        }
    }

    private static byte[] join(String before, byte[] middle, String after) {
        JsonOut out = new JsonOut();
        out.write(before.getBytes(UTF_8));
        out.write(middle);
        out.write(after.getBytes(UTF_8));
        return out.toByteArray();
    }

    @Test
    void limitOfAParserHasNoPlaceAndIsARefusalLikeAnyOther() {
        assertThat(JsonRefusedException.of(new StreamConstraintsException("too deep")))
                .hasMessage("Invalid JSON: too deep");
    }
}
