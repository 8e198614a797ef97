package io.kurier.model.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SigningTest {
    private static final byte[] BODY = "{\"n\":1}".getBytes(UTF_8);
    private static final long NOW = 1_795_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final SigningSecret OLD = SigningSecret.random();
    private static final SigningSecret NEW = SigningSecret.random(SigningSecret.Scheme.V1A);

    private static String by(SigningSecret secret, long nowMs) {
        return secret.sign("dlv_1", nowMs / 1000, BODY);
    }

    @Test
    void bothSignDuringTheOverlapTheNewOneFirstAndTheOldOneEndsByItself() {
        Signing rotated = Signing.with(OLD).rotated(NEW, NOW, DAY, NOW);

        assertThat(rotated.sign("dlv_1", NOW, BODY)).isEqualTo(by(NEW, NOW) + " " + by(OLD, NOW));
        long last = NOW + DAY - 1;
        assertThat(rotated.sign("dlv_1", last, BODY)).isEqualTo(by(NEW, last) + " " + by(OLD, last));
        assertThat(rotated.sign("dlv_1", last + 1, BODY)).isEqualTo(by(NEW, last + 1));
    }

    @Test
    void beforeTheSwitchTheOldOneSignsAloneAndAfterItTheNewOne() {
        Signing rotated = Signing.with(OLD).rotated(NEW, NOW + DAY, 0, NOW);

        long last = NOW + DAY - 1;
        assertThat(rotated.sign("dlv_1", last, BODY)).isEqualTo(by(OLD, last));
        assertThat(rotated.sign("dlv_1", last + 1, BODY)).isEqualTo(by(NEW, last + 1));
    }

    @Test
    void anotherRotationBeforeTheSwitchForgetsTheOneThatNeverSigned() {
        SigningSecret third = SigningSecret.random();
        Signing rotated = Signing.with(OLD).rotated(NEW, NOW + DAY, 0, NOW).rotated(third, NOW + 2 * DAY, 0, NOW + 1);

        long between = NOW + DAY + 5;
        assertThat(rotated.sign("dlv_1", between, BODY)).isEqualTo(by(OLD, between));
        assertThat(rotated.sign("dlv_1", NOW + 2 * DAY, BODY)).isEqualTo(by(third, NOW + 2 * DAY));
    }

    @Test
    void withoutAnOverlapTheOldOneEndsAtOnce() {
        Signing rotated = Signing.with(OLD).rotated(NEW, NOW, 0, NOW);

        assertThat(rotated.keys()).hasSize(1);
        assertThat(rotated.sign("dlv_1", NOW, BODY)).isEqualTo(by(NEW, NOW));
    }

    @Test
    void aSecretThatEndsSoonIsNotKeptLongerByTheNextRotation() {
        Signing rotated =
                Signing.with(OLD).rotated(NEW, NOW, 1_000, NOW).rotated(SigningSecret.random(), NOW + 1, DAY, NOW + 1);

        assertThat(rotated.signingAt(NOW + 999)).hasSize(3);
        assertThat(rotated.signingAt(NOW + 1_000))
                .extracting(Signing.Key::secret)
                .doesNotContain(OLD);
    }

    @Test
    void onlySoManySignAtOnceButOneThatEndsTheOthersAlwaysFits() {
        Signing signing = Signing.with(OLD);
        for (int i = 1; i < Signing.MAX_KEYS; i++) {
            signing = signing.rotated(SigningSecret.random(), NOW + i, DAY, NOW + i);
        }
        Signing full = signing;

        assertThat(full.signingAt(NOW + 10)).hasSize(Signing.MAX_KEYS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> full.rotated(SigningSecret.random(), NOW + 10, DAY, NOW + 10))
                .withMessageContaining("at most 5");
        assertThat(full.rotated(NEW, NOW + 10, 0, NOW + 10).keys()).hasSize(1);
    }
}
