package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.json.EcmaJson.Limits;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick way gives what the whole way gives, or gives up. */
class PlainJsonTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private static String quick(String text) {
        return quick(text.getBytes(UTF_8));
    }

    private static String quick(byte[] text) {
        PlainJson json = new PlainJson(text, Limits.DEFAULT);
        byte[] value = json.value();
        return value == null || !json.isAtEnd() ? null : new String(value, UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "true",
                "0",
                "-1",
                "123456789012345",
                "0.5",
                "-0.000001",
                "12.25",
                "[[],{},[[]],{\"a\":{}}]",
                "{\"a\":1,\"b\":[true,false,null],\"c\":{\"a\":\"x\"},\"\":\"\\\"\\\\\\b\\f\\n\\r\\t\"}",
                "{\"ä\":\"ü€😀\u2028\u007f\"}",
                "\"\uD7FF\uE000\uFFFD\""
            })
    void takesWhatIsNormal(String text) {
        assertThat(quick(text)).isEqualTo(text);
    }

    @Test
    void leavesOutWhiteSpaceBetweenTokensOnly() {
        assertThat(quick(" \t\r\n{ \"a b\" : [ 1 , \" x \\n\" , { } , [ ] ] ,\n\"c\":\t\"d\" }\n"))
                .isEqualTo("{\"a b\":[1,\" x \\n\",{},[]],\"c\":\"d\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{\"a\" 1}",
                "{a:1}",
                "[1}",
                "{]",
                "tru",
                "nulll",
                "1 2",
                "+1",
                ".5",
                "1.",
                "01",
                "-",
                "-0",
                "1.0",
                "1.50",
                "1e5",
                "1.5E5",
                "0.0000001",
                "1234567890123456",
                "1234567890.123456",
                "NaN",
                "\"a",
                "\"\\u0041\"",
                "\"\\/\"",
                "\"\\x\"",
                "\"\u0001\"",
                "{\"a\":1,\"a\":2}",
                "{\"1\":1}",
                "{\"b\":1,\"01\":2}",
                "\uFEFF{}"
            })
    void givesUpWhereAnythingElseWouldHaveToBeDone(String text) {
        assertThat(quick(text)).isNull();
    }

    @Test
    void givesUpOnWhatIsNoUtf8() {
        for (String bytes : new String[] {
            "\u00C0\u0080", "\u00E0\u0080\u0080", "\u00ED\u00A0\u0080", "\u00F4\u0090\u0080\u0080", "\u00FF", "\u00C3"
        }) {
            assertThat(quick(("\"" + bytes + "\"").getBytes(ISO_8859_1))).isNull();
        }
    }

    @Test
    void givesUpOnWhatIsDeepOrHasManyMembers() {
        assertThat(quick("[".repeat(65) + "]".repeat(65))).isNull();
        StringBuilder many = new StringBuilder("{\"m0\":0");
        for (int i = 1; i < 65; i++) {
            many.append(",\"m").append(i).append("\":0");
        }
        assertThat(quick(many + "}")).isNull();
    }

    @Test
    void whatItGivesIsWhatTheWholeWayGives() throws Exception {
        RandomJson random = new RandomJson(SEED, " \t\r\n");
        Random choice = new Random(SEED);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            String text = choice.nextBoolean() ? random.document() : random.mutate(random.document());
            byte[] normal = normal(text);
            for (String given : normal == null ? new String[] {text} : new String[] {text, new String(normal, UTF_8)}) {
                String quick = quick(given);
                taken += quick == null ? 0 : 1;
                assertThat(quick == null || (normal != null && quick.equals(new String(normal, UTF_8))))
                        .as("seed %s, %s", SEED, given)
                        .isTrue();
            }
        }
        assertThat(taken).as("seed %s", SEED).isGreaterThan(1_000);
    }

    private static byte[] normal(String text) {
        try {
            return EcmaJson.normalizeAny(text.getBytes(UTF_8), Limits.DEFAULT);
        } catch (JsonRefusedException e) {
            return null;
        }
    }
}
