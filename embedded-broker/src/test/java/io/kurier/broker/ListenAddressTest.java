package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @Test
    void readsHostAndPort() {
        assertThat(ListenAddress.parse("127.0.0.1:9092")).isEqualTo(new ListenAddress("127.0.0.1", 9092));
        assertThat(ListenAddress.parse("[::1]:9092")).isEqualTo(new ListenAddress("::1", 9092));
        assertThat(ListenAddress.parse("[::1]:9092")).hasToString("[::1]:9092");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9092", "localhost", ":9092", "localhost:", "localhost:x", "localhost:70000", "a b:1"})
    void aMalformedAddressIsRejectedWithTheSettingsName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ListenAddress.parse(text))
                .withMessageContaining("KURIER_KAFKA_LISTEN")
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void aWildcardAddressIsNotAdvertised() {
        assertThat(ListenAddress.parse("0.0.0.0:0").advertisedAt(4711)).hasToString("127.0.0.1:4711");
        assertThat(ListenAddress.parse("localhost:0").advertisedAt(4711)).hasToString("localhost:4711");
    }
}
