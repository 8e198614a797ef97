package io.kurier.deliverylog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Fuzzer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any text in a cursor or an id is either a place or refused with an IllegalArgumentException. {@code -Dseed} repeats a run. */
class DeadLetterPlacePropertyTest {
    private static final int RUNS = 50_000;
    private static final List<byte[]> EXAMPLES = List.of(
            new DeadLetterPlace(1_770_000_000_000L, "dlv_01JGX3").text().getBytes(UTF_8),
            new DeadLetterPlace(Long.MIN_VALUE, "").text().getBytes(UTF_8),
            "0-17".getBytes(UTF_8));

    @Test
    void anyCursorIsAPlaceOrRefused() {
        new Fuzzer(DeadLetterPlacePropertyTest.class, 64 * 1024, 100).run(RUNS, EXAMPLES, bytes -> {
            String text = new String(bytes, UTF_8);
            try {
                DeadLetterPlace place = DeadLetterPlace.parse(text);
                assertThat(DeadLetterPlace.parse(place.text())).isEqualTo(place);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotNull();
            }
            try {
                QuarantinedRecord.offset(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        });
    }
}
