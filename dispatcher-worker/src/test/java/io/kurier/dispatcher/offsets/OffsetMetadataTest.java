package io.kurier.dispatcher.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata.Settled;
import io.kurier.model.tenant.AdHocWebhook;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffsetMetadataTest {
    private static final long BASE = 1_000;

    @Test
    void encodedMetadataDecodesToItself() {
        Map<Long, Settled> open = new LinkedHashMap<>();
        open.put(BASE, Settled.NONE);
        open.put(BASE + 1, Settled.NONE.with(300L, 7L, 0L));
        open.put(BASE + 5_000, Settled.upTo(9_000_000_000L));
        OffsetMetadata payload = new OffsetMetadata(BASE + 5_001, open);

        OffsetMetadata read = OffsetMetadata.decode(payload.encode(BASE), BASE).orElseThrow();

        assertThat(read).isEqualTo(payload);
        assertThat(read.open().get(BASE + 1).numbers()).containsExactly(0L, 7L, 300L);
    }

    @Test
    void metadataWithoutOpenOffsetsIsAnEmptyString() {
        OffsetMetadata nothing = new OffsetMetadata.Builder(BASE, BASE).build();

        assertThat(nothing.encode(BASE)).isEmpty();
        assertThat(OffsetMetadata.decode("", BASE)).contains(OffsetMetadata.NOTHING);
    }

    @Test
    void aSettledNumberIsContainedAndItsNeighboursAreNot() {
        Settled some = Settled.NONE.with(4L, 9L);
        Settled range = Settled.upTo(4);

        assertThat(List.of(3L, 4L, 5L, 9L)).filteredOn(some::contains).containsExactly(4L, 9L);
        assertThat(List.of(0L, 4L, 5L)).filteredOn(range::contains).containsExactly(0L, 4L);
    }

    /** A part of a payload says less than the whole, and what is not said to be open counts as settled. */
    @Test
    void aTruncatedTextIsUnreadable() {
        String text = sample().encode(BASE);

        for (int length = 1; length < text.length(); length++) {
            assertThat(OffsetMetadata.decode(text.substring(0, length), BASE))
                    .as("the first %s of %s characters", length, text.length())
                    .isEmpty();
        }
    }

    @Test
    void aChangedTextIsUnreadable() {
        byte[] bytes = Base64.getUrlDecoder().decode(sample().encode(BASE));

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(OffsetMetadata.decode(text, BASE))
                    .as("bit %s turned", bit)
                    .isEmpty();
        }
    }

    @Test
    void aTextOfAnotherOffsetIsUnreadable() {
        assertThat(OffsetMetadata.decode(sample().encode(BASE), BASE + 1)).isEmpty();
    }

    @Test
    void garbageIsUnreadable() {
        Random random = new Random(7);
        assertThat(OffsetMetadata.decode("not base64!", BASE)).isEmpty();
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            random.nextBytes(bytes);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(OffsetMetadata.decode(text, BASE)).as(text).isEmpty();
        }
    }

    @Test
    void offsetsThatAreCutCountAsNotSettled() {
        OffsetMetadata whole = sample();

        OffsetMetadata cut = whole.cutTo(1);

        assertThat(cut.end()).isEqualTo(BASE + 3);
        assertThat(cut.open()).containsExactly(Map.entry(BASE, Settled.NONE));
        assertThat(whole.cutTo(3).end()).isEqualTo(whole.end());
        assertThat(whole.cutTo(0).encode(BASE)).isEmpty();
    }

    @Test
    void theWorstCaseIsNeverLessThanTheEncodedSize() {
        for (long gap : new long[] {1, 41, 42, 43, 5_000, 6_000, 1L << 40}) {
            for (long highest : new long[] {50, 127, 128, 20_000, 1L << 33}) {
                Settled settled = Settled.NONE;
                for (int i = 0; i < 49; i++) {
                    settled = settled.with(highest - i);
                }
                assertThat(bytesOf(gap, settled)).isLessThanOrEqualTo(OffsetMetadata.worstCaseBytes(gap, 50, highest));
                assertThat(bytesOf(gap, Settled.upTo(highest)))
                        .isLessThanOrEqualTo(OffsetMetadata.worstCaseBytes(gap, 1, highest));
                assertThat(bytesOf(gap, Settled.NONE)).isLessThanOrEqualTo(OffsetMetadata.worstCaseBytes(gap, 1, 0));
            }
        }
    }

    /** What one more open event adds to the text. */
    private static int bytesOf(long gap, Settled settled) {
        long end = BASE + gap + 1;
        Map<Long, Settled> one = Map.of(BASE, Settled.NONE);
        Map<Long, Settled> two = new LinkedHashMap<>(one);
        two.put(BASE + gap, settled);
        return bytes(new OffsetMetadata(end, two)) - bytes(new OffsetMetadata(end, one));
    }

    private static int bytes(OffsetMetadata payload) {
        return Base64.getUrlDecoder().decode(payload.encode(BASE)).length;
    }

    private static OffsetMetadata sample() {
        Map<Long, Settled> open = new LinkedHashMap<>();
        open.put(BASE, Settled.NONE);
        open.put(BASE + 3, Settled.NONE.with(1L, 200L));
        open.put(BASE + 700, Settled.upTo(5));
        return new OffsetMetadata(BASE + 900, open);
    }

    @Test
    void anAdHocWebhookIsDistinguishedFromRegisteredOnes() {
        Settled settled = Settled.NONE.with(AdHocWebhook.NUMBER, 0L);
        OffsetMetadata payload = new OffsetMetadata(12, Map.of(10L, settled));

        OffsetMetadata read = OffsetMetadata.decode(payload.encode(10), 10).orElseThrow();

        assertThat(read.open().get(10L)).isEqualTo(settled);
        assertThat(read.open().get(10L).contains(AdHocWebhook.NUMBER)).isTrue();
        assertThat(read.open().get(10L).contains(1)).isFalse();
        assertThat(Settled.upTo(1_000_000).contains(AdHocWebhook.NUMBER)).isFalse();
        assertThat(bytesOf(1, settled)).isLessThanOrEqualTo(OffsetMetadata.worstCaseBytes(1, 2, AdHocWebhook.NUMBER));
    }
}
