package io.kurier.model.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
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
    void ofSeveralKeysTheFirstSealsAndAllOpen() throws Exception {
        String former = SecretBox.newKey();
        String next = SecretBox.newKey();
        SecretBox old = SecretBox.withKey(former);
        SecretBox both = SecretBox.withKey(next + " , " + former);
        byte[] byFormer = old.seal(TEXT, PLACE);
        byte[] byNext = both.seal(TEXT, PLACE);

        assertThat(both.open(byFormer, PLACE)).isEqualTo(TEXT);
        assertThat(both.open(byNext, PLACE)).isEqualTo(TEXT);
        assertThat(SecretBox.withKey(next).open(byNext, PLACE)).isEqualTo(TEXT);
        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> old.open(byNext, PLACE));
        assertThat(both.isByFirstKey(byNext)).isTrue();
        assertThat(both.isByFirstKey(byFormer)).isFalse();
    }

    /** Version 1 did not name its key. */
    @Test
    void whatEarlierVersionsSealedIsOpenedWithWhicheverKeyFits() throws Exception {
        String former = SecretBox.newKey();
        byte[] nonce = new byte[12];
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(Base64.getDecoder().decode(former), "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(PLACE.getBytes(UTF_8));
        byte[] sealed = cipher.doFinal(TEXT.getBytes(UTF_8));
        byte[] old = ByteBuffer.allocate(14 + sealed.length)
                .put((byte) 1)
                .put((byte) 0)
                .put(nonce)
                .put(sealed)
                .array();
        SecretBox both = SecretBox.withKey(SecretBox.newKey() + "," + former);

        assertThat(both.open(old, PLACE)).isEqualTo(TEXT);
        assertThat(both.isByFirstKey(old)).isFalse();
        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> both.open(old, "elsewhere"));
        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> box.open(old, PLACE));
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
