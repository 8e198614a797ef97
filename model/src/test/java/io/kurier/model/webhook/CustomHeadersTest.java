package io.kurier.model.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomHeadersTest {
    @Test
    void readsBackWhatItWroteInAnOrderOfItsOwn() {
        CustomHeaders headers = CustomHeaders.of(Map.of("X-Team", "video: one", "authorization", "Bearer t0psecret"));

        assertThat(headers.lines()).isEqualTo("authorization: Bearer t0psecret\r\nX-Team: video: one\r\n");
        assertThat(CustomHeaders.parse(headers.lines())).isEqualTo(headers);
        assertThat(headers.byName()).containsEntry("x-team", "video: one");
        assertThat(headers.toString()).doesNotContain("t0psecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "connection",
                "Transfer-Encoding",
                "Content-Length",
                "content-anything",
                "Webhook-Signature",
                "proxy-authorization",
                "te",
                "upgrade",
                "expect",
                "user-agent"
            })
    void whatKurierSetsIsReserved(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomHeaders.of(Map.of(name, "x")))
                .withMessageContaining("set by Kurier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "a\u0000", "ä", "a\n"})
    void aNameIsAToken(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomHeaders.of(Map.of(name, "x")))
                .withMessageContaining("expected a header name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " t0p", "t0p ", "t0p\r\nx: y", "t0p\ny", "t0p\ry", "t0p\u0000", "t0pä", "\tt0p", "t0p\u007f"
            })
    void aValueCannotEndItsLineAndIsNotRepeated(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomHeaders.of(Map.of("X-Token", value)))
                .withMessageContaining("visible ASCII")
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("t0p"));
    }

    @Test
    void theirNumberAndSizeAreBounded() {
        Map<String, String> most =
                IntStream.range(0, 20).boxed().collect(Collectors.toMap(n -> "X-" + n, n -> "v".repeat(300)));
        assertThat(CustomHeaders.of(most).byName()).hasSize(20);

        Map<String, String> many = IntStream.range(0, 21).boxed().collect(Collectors.toMap(n -> "X-" + n, n -> "v"));
        assertThatIllegalArgumentException().isThrownBy(() -> CustomHeaders.of(many));
        Map<String, String> large =
                IntStream.range(0, 3).boxed().collect(Collectors.toMap(n -> "X-" + n, n -> "v".repeat(4_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> CustomHeaders.of(large));
        assertThatIllegalArgumentException().isThrownBy(() -> CustomHeaders.of(Map.of("X", "v".repeat(4_097))));
    }
}
