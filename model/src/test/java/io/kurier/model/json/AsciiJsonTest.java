package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AsciiJsonTest {
    @Test
    void escapesWhatLiesBeyondAsciiAsPairsWhereNeeded() {
        byte[] json = "{\"a\":\"x\",\"ä\":\"漢😀\u2028\",\"n\":1}".getBytes(UTF_8);

        assertThat(new String(AsciiJson.escaped(json), US_ASCII))
                .isEqualTo("{\"a\":\"x\",\"\\u00e4\":\"\\u6f22\\ud83d\\ude00\\u2028\",\"n\":1}");
    }

    @Test
    void whatIsAsciiGoesOutAsItIs() {
        byte[] json = "{\"a\":\"\\u00e4\"}".getBytes(UTF_8);

        assertThat(AsciiJson.escaped(json)).isSameAs(json);
    }
}
