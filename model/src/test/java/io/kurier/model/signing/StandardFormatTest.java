package io.kurier.model.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardFormatTest {
    private static final Instant TIME = Instant.parse("2026-11-21T08:09:10.123456Z");

    private static String body(String jobId, String data) {
        return new String(StandardFormat.body("job.completed", TIME, jobId, data.getBytes(UTF_8)), UTF_8);
    }

    @Test
    void hasTypeTimestampJobIdAndDataInThisOrder() {
        assertThat(body("job-1", "{\"percent\":100}"))
                .isEqualTo("{\"type\":\"job.completed\",\"timestamp\":\"2026-11-21T08:09:10.123Z\","
                        + "\"job_id\":\"job-1\",\"data\":{\"percent\":100}}");
    }

    @Test
    void dataGoesOutByteForByte() {
        String data = "{\"b\":1.10e2,\"a\":\"ä😀\\u00e4\\/\" , \"n\":12345678901234567890}";

        assertThat(body("j", data)).endsWith(",\"data\":" + data + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000Z",
        "2026-12-31T23:59:59.999999Z, 2026-12-31T23:59:59.999Z",
        "2024-02-29T12:00:00.5Z, 2024-02-29T12:00:00.500Z"
    })
    void timeIsUtcToTheMillisecond(String given, String written) {
        byte[] body = StandardFormat.body("job", Instant.parse(given), "j", "{}".getBytes(UTF_8));

        assertThat(new String(body, UTF_8)).contains("\"timestamp\":\"" + written + "\"");
    }

    @Test
    void aJobIdCannotBreakOutOfItsString() throws IOException {
        assertThat(jobIdOf(body("x\",\"data\":{\"evil\":1},\"y\":\"", "{}")))
                .isEqualTo("x\",\"data\":{\"evil\":1},\"y\":\"");
        assertThat(body("\\", "{}")).contains("\"job_id\":\"\\\\\"");
    }

    @Test
    void anyJobIdReadsBackAsItWas() throws IOException {
        Random random = new Random(11);
        char[] alphabet = {'a', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'ä', '漢', '\u2028', '/', '<'};
        for (int i = 0; i < 2_000; i++) {
            StringBuilder id = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                id.append(random.nextInt(6) == 0 ? "😀" : alphabet[random.nextInt(alphabet.length)]);
            }
            assertThat(jobIdOf(body(id.toString(), "{}"))).isEqualTo(id.toString());
        }
    }

    @Test
    void halfACharacterIsEscapedRatherThanLost() {
        assertThat(body("a\ud83d", "{}")).contains("\"job_id\":\"a\\ud83d\"");
        assertThat(body("\ude00b", "{}")).contains("\"job_id\":\"\\ude00b\"");
        assertThat(body("\ud83d\ud83d\ude00", "{}")).contains("\"job_id\":\"\\ud83d😀\"");
    }

    private static String jobIdOf(String body) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(body)) {
            String found = null;
            int jobIds = 0;
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("job_id")) {
                    found = parser.nextTextValue();
                    jobIds++;
                }
            }
            assertThat(jobIds).isEqualTo(1);
            return found;
        }
    }
}
