package io.kurier.ingest.eventtypes.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSchemaTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static DataSchema schema(String text) throws SchemaRefusedException {
        return DataSchema.of(json(text));
    }

    private static String check(String schema, String data) throws SchemaRefusedException {
        return schema(schema)
                .check(data.replace('\'', '"').getBytes(UTF_8))
                .map(found -> found.place() + " " + found.value() + " " + found.expected())
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'object'} | [] | ` null array found, object expected`",
                "{'required':['size']} | {} | /size null required property 'size' not found",
                "{'properties':{'size':{'type':'integer'}}} | {'size':'big'} | /size big string found, integer expected",
                "{'properties':{'a/b':{'items':{'minimum':1}}}} | {'a/b':[1,0]} | /a~1b/1 0 must have a minimum value of 1",
                "{'additionalProperties':false} | {'x~y':1} | /x~0y null property 'x~y' is not defined in the schema and the schema does not allow additional properties",
                "{'properties':{'s':{'enum':['a','b']}}} | {'s':'c'} | /s c does not have a value in the enumeration [\"a\", \"b\"]",
                "{'properties':{'s':{'pattern':'^a+$'}}} | {'s':'b'} | /s b does not match the regex pattern ^a+$",
                "{'properties':{'s':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':'null'}}} | {'s':1} | /s 1 integer found, null expected",
                "false | {} | ` null schema for 'null' is false`",
            })
    void whatIsWrongIsToldWithItsPlace(String schema, String data, String found) throws Exception {
        assertThat(check(schema, data)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | 1",
                "{} | null",
                "{'anyOf':[{'type':'string'},{'type':'integer'}]} | 1",
                "{'oneOf':[{'type':'string'},{'type':'integer'}]} | 1",
                "{'not':{'type':'string'}} | 1",
                "{'if':{'type':'string'},'then':{'minLength':9},'else':{'type':'integer'}} | 1",
                "{'contains':{'type':'integer'}} | ['a',1]",
                "{'format':'date-time'} | 'soon'",
                "{'$schema':'http://json-schema.org/draft-07/schema#','$id':'https://example.com/a','type':'integer'} | 1",
                "{'properties':{'$ref':{'type':'string'},'pattern':{'type':'string'}}} | {'$ref':'http://x','pattern':'('}",
                "{'pattern':'^\\\\u00e4\\\\d{2}$'} | 'ä12'",
            })
    void whatIsRightPasses(String schema, String data) throws Exception {
        assertThat(check(schema, data)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | `` | an object",
                "{'type':'strange'} | /type | ",
                "{'properties':[]} | /properties | object expected",
                "{'minLength':-1} | /minLength | minimum",
                "{'$ref':'http://127.0.0.1:1/x'} | /$ref | never fetched",
                "{'$ref':'file:///etc/passwd'} | /$ref | never fetched",
                "{'$ref':'other.json'} | /$ref | never fetched",
                "{'$ref':'#anchor'} | /$ref | never fetched",
                "{'$ref':'#/$defs/none'} | /$ref | never fetched",
                "{'$schema':'http://127.0.0.1/s'} | /$schema | 2020-12",
                "{'properties':{'a':{'$id':'http://127.0.0.1/'}}} | /properties/a/$id | top",
                "{'$dynamicRef':'#x'} | /$dynamicRef | $ref",
                "{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/a'}}} | /$defs/a/$ref | recursion",
                "{'properties':{'a':{'anyOf':[{'$ref':'#/properties/a'}]}}} | /properties/a/anyOf/0/$ref | recursion",
                "{'pattern':'('} | /pattern | regular expression",
                "{'pattern':'(?=a)'} | /pattern | look-around",
                "{'pattern':'(a)\\\\1'} | /pattern | look-around",
                "{'patternProperties':{'(':{}}} | /patternProperties | regular expression",
                "{'pattern':'((x{1,100}){1,100})'} | `` | 5000 parts",
            })
    void whatCouldHarmOrIsNoSchemaIsRefused(String schema, String place, String expected) {
        assertThatThrownBy(() -> schema(schema)).isInstanceOfSatisfying(SchemaRefusedException.class, refused -> {
            assertThat(refused.place()).isEqualTo(place);
            assertThat(refused.expected()).contains(expected == null ? "" : expected);
        });
    }

    /** Each definition asks for the next one twice: 2^15 checks of one value. */
    @Test
    void aSchemaThatDoublesAtEveryStepIsRefused() {
        StringBuilder defs = new StringBuilder();
        for (int i = 0; i < 15; i++) {
            String next = "{'$ref':'#/$defs/d" + (i + 1) + "'}";
            defs.append("'d" + i + "':{'allOf':[" + next + "," + next + "]},");
        }
        String bomb = "{'$ref':'#/$defs/d0','$defs':{" + defs + "'d15':{}}}";
        assertThatThrownBy(() -> schema(bomb)).hasMessageContaining("5000 parts");
    }

    @Test
    void tooDeepAndTooLargeSchemasAreRefused() {
        String deep = "{'not':".repeat(70) + "{}" + "}".repeat(70);
        assertThatThrownBy(() -> schema(deep)).hasMessageContaining("64 levels");
        String large = "{'description':'" + "x".repeat(DataSchema.MAX_BYTES) + "'}";
        assertThatThrownBy(() -> schema(large)).hasMessageContaining("65536 bytes");
        String wide = "{'enum':[" + String.join(",", Collections.nCopies(6_000, "1")) + "]}";
        assertThatThrownBy(() -> schema(wide)).hasMessageContaining("5000 parts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*a){20}$"})
    void aHostilePatternTakesNoLongerThanAnother(String pattern) throws Exception {
        DataSchema schema = schema("{'pattern':'" + pattern + "'}");
        byte[] data = ("\"" + "a".repeat(50_000) + "!\"").getBytes(UTF_8);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(schema.check(data)).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999", "-1e400", "123456789012345678901234567890.5", "1e-999999"})
    void numbersBeyondADoubleAreAnsweredWithoutAFault(String number) throws Exception {
        for (String keyword : new String[] {"multipleOf':0.01", "maximum':5", "enum':[1]", "const':1"}) {
            DataSchema schema = schema("{'" + keyword + "}");
            assertThatCode(() -> schema.check(number.getBytes(UTF_8))).doesNotThrowAnyException();
        }
        assertThat(check("{'type':'number'}", number)).isEmpty();
    }

    @Test
    void dataOfAnyShapeTheDoorTakesIsChecked() throws Exception {
        DataSchema schema = schema("{'additionalProperties':{'uniqueItems':true}}");
        String deep = "[".repeat(98) + "]".repeat(98);
        assertThat(schema.check(("{\"" + "n".repeat(60_000) + "\":" + deep + "}").getBytes(UTF_8)))
                .isEmpty();
        assertThat(schema.check("{\"a\":\"\\ud800\",\"b\":[1,1]}".getBytes(UTF_8)))
                .hasValueSatisfying(found -> assertThat(found.place()).isEqualTo("/b"));
    }

    @Test
    void moreDataThanTheSchemaAllowsForIsRefusedUnread() throws Exception {
        String wide = "{'enum':[" + String.join(",", Collections.nCopies(4_000, "1")) + "]}";
        assertThat(schema(wide).check(new byte[200_000]))
                .hasValueSatisfying(found -> assertThat(found.expected()).contains("bytes of data"));
    }

    private static final String UNIQUE = "{'$schema':'%s','anyOf':[{'uniqueItems':true}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://json-schema.org/draft/2020-12/schema",
                "https://json-schema.org/draft/2019-09/schema",
                "http://json-schema.org/draft-07/schema#",
                "http://json-schema.org/draft-06/schema#"
            })
    void itemsWithTheSameHashTakeNoLongerThanOthers(String dialect) throws Exception {
        StringBuilder items = new StringBuilder("[");
        for (int i = 0; i < 1 << 16; i++) {
            items.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 16; bit++) {
                items.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            items.append('"');
        }
        byte[] data = items.append(']').toString().getBytes(UTF_8);
        DataSchema schema = schema(UNIQUE.formatted(dialect));

        long began = System.nanoTime();
        assertThat(schema.check(data)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,2,'1',1.5,[1],[2],{'a':1},{'a':2},true,false,null,-1] | true",
                "'text' | true",
                "{'a':1,'b':1} | true",
                "[1,2,1] | false",
                "['a','b','a'] | false",
                "[{'a':1,'b':[2]},{'b':[2],'a':1}] | false",
                "[[1,2],[2,1],[1,2]] | false",
                "[null,null] | false"
            })
    void itemsAreComparedByTheirValues(String data, boolean areUnique) throws Exception {
        DataSchema schema = schema("{'uniqueItems':true}");

        assertThat(schema.check(data.replace('\'', '"').getBytes(UTF_8)).isEmpty())
                .isEqualTo(areUnique);
    }
}
