package io.kurier.benchmarks.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardSignatureTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIMESTAMP = "1614265330";
    private static final String BODY = "{\"test\": 2432232314}";
    /** From the Standard Webhooks specification. */
    private static final String SIGNATURE = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void bothOverloadsMatchTheSpecificationsTestVector() {
        StandardSignature signature = new StandardSignature(SECRET);
        byte[] signed = (ID + "." + TIMESTAMP + "." + BODY + "rest").getBytes(StandardCharsets.UTF_8);

        assertThat(signature.sign(signed, signed.length - 4)).asString().isEqualTo(SIGNATURE);
        assertThat(signature.sign(ID, TIMESTAMP, BODY.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1," + SIGNATURE);
    }

    @Test
    void aSecretOfAnotherFormIsRejectedWithoutShowingIt() {
        assertThatThrownBy(() -> new StandardSignature("plain-secret"))
                .hasMessageContaining("whsec_")
                .hasMessageNotContaining("plain");
    }
}
