package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.json.EcmaJson.Limits;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts made to cost much. Each takes a second or two; were anything quadratic, it would take many minutes. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EcmaJsonHostileTest {
    private static final int MANY = 500_000;

    @Test
    void manyDifferentKeysStayInOrder() throws Exception {
        byte[] json = object(MANY, i -> "k" + i);
        assertThat(EcmaJson.normalize(json, Limits.DEFAULT)).isEqualTo(json);
    }

    @Test
    void manyEqualKeysBecomeOne() throws Exception {
        assertThat(EcmaJson.normalize(object(MANY, i -> "k"), Limits.DEFAULT)).isEqualTo(utf8("{\"k\":499999}"));
    }

    @Test
    void manyIndicesAreSorted() throws Exception {
        String sorted = new String(EcmaJson.normalize(object(MANY, i -> "" + (MANY - i)), Limits.DEFAULT), UTF_8);
        assertThat(sorted).startsWith("{\"1\":499999,\"2\":499998,").endsWith(",\"500000\":0}");
    }

    @Test
    void keysOfOneHashCodeCostNoMore() throws Exception {
        byte[] json = object(1 << 17, EcmaJsonHostileTest::collidingKey);
        assertThat(collidingKey(0).hashCode()).isEqualTo(collidingKey(99_999).hashCode());
        assertThat(EcmaJson.normalize(json, Limits.DEFAULT)).isEqualTo(json);
    }

    @Test
    void objectsThatMustBeRearrangedAtEachLevelOfDepthCostNoMoreThanDepthTimesSize() throws Exception {
        String inner = "\"" + "x".repeat(MANY) + "\"";
        String json = "{\"2\":".repeat(100) + inner + ",\"1\":0}".repeat(100);
        String expected = "{\"1\":0,\"2\":".repeat(100) + inner + "}".repeat(100);
        assertThat(EcmaJson.normalize(utf8(json), Limits.DEFAULT)).isEqualTo(utf8(expected));
    }

    @Test
    void manySmallObjectsThatMustBeRearrangedCostNoMore() throws Exception {
        String json = "[" + "{\"a\":1,\"0\":2,\"a\":3},".repeat(MANY / 4) + "0]";
        String expected = "[" + "{\"0\":2,\"a\":3},".repeat(MANY / 4) + "0]";
        assertThat(EcmaJson.normalize(utf8(json), Limits.DEFAULT)).isEqualTo(utf8(expected));
    }

    @Test
    void exponentsAreNeverExpanded() throws Exception {
        String json = "[" + "1e999999999,1e-999999999,0.1e2147483648,".repeat(MANY / 10) + "0]";
        assertThat(EcmaJson.normalize(utf8(json), Limits.DEFAULT)).isEqualTo(utf8(json));
    }

    @Test
    void aNumberOfHalfAMillionDigitsIsRefused() {
        assertThatExceptionOfType(JsonRefusedException.class)
                .isThrownBy(() -> EcmaJson.normalize(utf8("9".repeat(MANY)), Limits.DEFAULT))
                .withMessageContaining("a number of 500000 characters; expected at most 1000");
        assertThatExceptionOfType(JsonRefusedException.class)
                .isThrownBy(() -> EcmaJson.normalize(utf8("[0." + "0".repeat(MANY) + "1]"), Limits.DEFAULT))
                .withMessageContaining("a number of 500003 characters");
    }

    @Test
    void manyOpenArraysAreRefused() {
        assertThatExceptionOfType(JsonRefusedException.class)
                .isThrownBy(() -> EcmaJson.normalize(utf8("[".repeat(MANY)), Limits.DEFAULT))
                .withMessageContaining("more than 100 deep");
    }

    @Test
    void depthIsHeldWithoutRecursionWhereALimitAllowsIt() throws Exception {
        byte[] json = utf8("[".repeat(MANY) + "]".repeat(MANY));
        assertThat(EcmaJson.normalize(json, new Limits(MANY, 1_000))).isEqualTo(json);
    }

    @Test
    void longNamesAndStringsAreWrittenWhole() throws Exception {
        byte[] json = utf8("{\"" + "é😀".repeat(MANY) + "\":\"" + "\\u0001a".repeat(MANY) + "\"}");
        assertThat(EcmaJson.normalize(json, Limits.DEFAULT)).isEqualTo(json);
    }

    private static byte[] object(int members, IntFunction<String> key) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "\"" : ",\"")
                    .append(key.apply(i))
                    .append("\":")
                    .append(i);
        }
        return utf8(json.append('}').toString());
    }

    /** 17 times "Aa" or "BB", which have one hash code. */
    private static String collidingKey(int i) {
        StringBuilder key = new StringBuilder();
        for (int bit = 0; bit < 17; bit++) {
            key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return key.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
