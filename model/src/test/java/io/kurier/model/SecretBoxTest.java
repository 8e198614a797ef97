package io.kurier.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBoxTest {
    private static final String PLACE = "acme|wh_1|secret";
    private static final String TEXT = "whsec_top-secret-äß";

    private final SecretBox box = SecretBox.withKey(SecretBox.newKey());

    @Test
    void opensWhatItSealed() throws Exception {
        assertThat(box.open(box.seal(TEXT, PLACE), PLACE)).isEqualTo(TEXT);
        assertThat(box.open(box.seal("", PLACE), PLACE)).isEmpty();
    }

    @Test
    void theTextIsNotReadableAndNeverSealedTheSameWay() {
        byte[] first = box.seal(TEXT, PLACE);

        assertThat(new String(first, ISO_8859_1)).doesNotContain("whsec").doesNotContain("secret");
        assertThat(first).isNotEqualTo(box.seal(TEXT, PLACE));
    }

    @Test
    void anotherPlaceDoesNotOpenIt() {
        byte[] sealed = box.seal(TEXT, PLACE);

        for (String other : new String[] {"acme|wh_1|url", "acme|wh_2|secret", "other|wh_1|secret", ""}) {
            assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> box.open(sealed, other));
        }
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        byte[] sealed = box.seal(TEXT, PLACE);
        SecretBox other = SecretBox.withKey(SecretBox.newKey());

        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> other.open(sealed, PLACE));
    }

    @Test
    void aChangeOfAnyByteOrLengthIsNoticed() {
        byte[] sealed = box.seal(TEXT, PLACE);

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatExceptionOfType(GeneralSecurityException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> box.open(changed, PLACE));
            byte[] cut = Arrays.copyOf(sealed, i);
            assertThatExceptionOfType(GeneralSecurityException.class)
                    .as("cut to %d", i)
                    .isThrownBy(() -> box.open(cut, PLACE));
        }
    }

    @Test
    void theSameKeyOpensItInAnotherProcess() throws Exception {
        String key = SecretBox.newKey();

        assertThat(SecretBox.withKey(" " + key + "\n")
                        .open(SecretBox.withKey(key).seal(TEXT, PLACE), PLACE))
                .isEqualTo(TEXT);
    }

    @Test
    void newKeysDiffer() {
        assertThat(SecretBox.newKey()).isNotEqualTo(SecretBox.newKey());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 24, 31, 33, 64})
    void aKeyOfAnotherLengthIsRefused(int bytes) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SecretBox.withKey(Base64.getEncoder().encodeToString(new byte[bytes])))
                .withMessageContaining("expected base64 of 32 bytes, found " + bytes);
    }

    @Test
    void aKeyThatIsNoBase64IsRefusedWithoutRepeatingIt() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SecretBox.withKey("my-very-secret-key!"))
                .satisfies(refused ->
                        assertThat(refused.toString() + refused.getCause()).doesNotContain("very-secret"));
    }
}
