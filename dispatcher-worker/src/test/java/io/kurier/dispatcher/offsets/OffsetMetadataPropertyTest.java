package io.kurier.dispatcher.offsets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata.Settled;
import io.kurier.testkit.Fuzzer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever stands in a commit's metadata names open offsets that can be, or nothing. Repeat with {@code -Dseed}. */
class OffsetMetadataPropertyTest {
    private static final long BASE = 1_000;
    private static final int RUNS = 50_000;
    private static final int LONG_RUNS = 20_000_000;

    private static List<String> texts() {
        Map<Long, Settled> open = new LinkedHashMap<>();
        open.put(BASE, Settled.NONE);
        open.put(BASE + 1, Settled.NONE.with(300L, 7L, 0L));
        open.put(BASE + 5_000, Settled.upTo(9_000_000_000L));
        Map<Long, Settled> many = new LinkedHashMap<>();
        for (long i = 0; i < 500; i++) {
            many.put(BASE + 3 * i, i % 5 == 0 ? Settled.upTo(i) : Settled.NONE);
        }
        return List.of(
                new OffsetMetadata(BASE + 5_001, open).encode(BASE),
                new OffsetMetadata(BASE + 2_000, many).encode(BASE),
                new OffsetMetadata(Long.MAX_VALUE, Map.of(BASE + (1L << 60), Settled.NONE)).encode(BASE));
    }

    @Test
    void anyMetadataDecodesToPossibleOffsetsOrNotAtAll() {
        run(RUNS);
    }

    @Test
    @Tag("long")
    void anyMetadataDecodesToPossibleOffsetsOrNotAtAllForLong() {
        run(LONG_RUNS);
    }

    private static void run(int runs) {
        Fuzzer fuzzer = new Fuzzer(OffsetMetadataPropertyTest.class, 1 << 20, 1_000);
        List<byte[]> asText =
                texts().stream().map(text -> text.getBytes(ISO_8859_1)).toList();
        fuzzer.run(runs / 2, asText, bytes -> check(new String(bytes, ISO_8859_1)));
        List<byte[]> bodies =
                texts().stream().map(OffsetMetadataPropertyTest::body).toList();
        // with a checksum that fits, so that what lies behind it is reached
        fuzzer.run(runs / 2, bodies, body -> check(text(body)));
    }

    private static byte[] body(String text) {
        byte[] whole = Base64.getUrlDecoder().decode(text);
        return Arrays.copyOfRange(whole, 4, whole.length);
    }

    private static String text(byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(8).putLong(0, BASE));
        checksum.update(body);
        byte[] whole = ByteBuffer.allocate(4 + body.length)
                .putInt((int) checksum.getValue())
                .put(body)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    private static void check(String text) {
        OffsetMetadata.decode(text, BASE)
                .filter(found -> !found.equals(OffsetMetadata.NOTHING))
                .ifPresent(found -> {
                    long before = BASE - 1;
                    for (long offset : found.open().keySet()) {
                        assertThat(offset).isGreaterThan(before).isLessThan(found.end());
                        before = offset;
                    }
                    assertThat(found.end()).isGreaterThan(BASE);
                });
    }
}
