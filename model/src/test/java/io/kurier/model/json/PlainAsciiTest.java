package io.kurier.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlainAsciiTest {
    private static boolean isPlain(int b) {
        return b >= ' ' && b <= 0x7f && b != '"' && b != '\\';
    }

    @Test
    void stopsBeforeEveryByteThatIsNotPlainWhereverItStands() {
        for (int length = 0; length < 20; length++) {
            for (int place = 0; place < length; place++) {
                for (int b = 0; b < 256; b++) {
                    byte[] text = new byte[length];
                    Arrays.fill(text, (byte) '~');
                    text[place] = (byte) b;

                    int reached = PlainAscii.skip(text, 0);

                    int end = isPlain(b) ? length : place;
                    assertThat(reached).isBetween(Math.max(0, end - 7), end);
                }
            }
        }
    }

    @Test
    void takesEveryPlainByte() {
        for (int b = ' '; b <= 0x7f; b++) {
            byte[] text = new byte[64];
            Arrays.fill(text, (byte) b);
            assertThat(PlainAscii.skip(text, 3)).isEqualTo(isPlain(b) ? 59 : 3);
        }
    }

    @Test
    void endsWithTheText() {
        byte[] text = "plain".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(PlainAscii.skip(text, 1)).isEqualTo(1);
        assertThat(PlainAscii.skip(text, 5)).isEqualTo(5);
    }
}
