package io.kurier.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
    private static Health.Report look(Check... checks) {
        return new Health(() -> List.of(checks)).look();
    }

    @Test
    void withoutChecksAllIsWell() {
        assertThat(look()).isEqualTo(new Health.Report(true, "{\"status\":\"ok\",\"checks\":[]}"));
    }

    @Test
    void oneFailingCheckMakesTheWholeFail() {
        Health.Report report = look(new Check("a", true, "fine"), new Check("b", false, "5 s behind"));

        assertThat(report.ok()).isFalse();
        assertThat(report.json())
                .isEqualTo("{\"status\":\"failing\",\"checks\":["
                        + "{\"name\":\"a\",\"ok\":true,\"detail\":\"fine\"},"
                        + "{\"name\":\"b\",\"ok\":false,\"detail\":\"5 s behind\"}]}");
    }

    @Test
    void eachLookAsksAgain() {
        List<Check> checks = new ArrayList<>(List.of(new Check("a", false, "starting")));
        Health health = new Health(() -> checks);
        assertThat(health.look().ok()).isFalse();

        checks.set(0, new Check("a", true, "joined"));
        assertThat(health.look().ok()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "say \"no\"",
                "back\\slash",
                "ends with \\",
                "line\nbreak\r\ttab",
                "nul\u0000 and \u001f\u007f",
                "äß漢😀",
                "\u2028",
                "half a \ud83d character",
                "\",\"ok\":true,\"x\":\"",
                "</script>"
            })
    void whateverADetailHoldsTheAnswerIsJson(String detail) throws IOException {
        Health.Report report = look(new Check("a", false, detail), new Check("b", true, detail));

        assertThat(values(report.json())).containsExactly("failing", "a", "false", "b", "true");
    }

    /** The values of status, name and ok; fails if the text is not JSON. */
    private static List<String> values(String json) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && List.of("status", "name", "ok").contains(parser.currentName())) {
                    parser.nextToken();
                    values.add(parser.getText());
                }
            }
        }
        return values;
    }
}
