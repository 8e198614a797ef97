package io.kurier.model.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Ed25519SecretTest {
    /** The vector the Standard Webhooks libraries publish. */
    private static final String PUBLISHED =
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long TIMESTAMP = 1_614_265_330L;
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

    @Test
    void signsThePublishedVector() {
        SigningSecret secret = SigningSecret.parse(PUBLISHED);

        assertThat(secret.scheme()).isEqualTo(SigningSecret.Scheme.V1A);
        assertThat(secret.sign(ID, TIMESTAMP, BODY))
                .isEqualTo(
                        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
        assertThat(((Ed25519Secret) secret).publicKey()).isEqualTo("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    }

    @Test
    void aNewOneReadsBackAndItsPublicKeyVerifies() throws Exception {
        Ed25519Secret made = (Ed25519Secret) SigningSecret.random(SigningSecret.Scheme.V1A);
        SigningSecret read = SigningSecret.parse(made.reveal());

        assertThat(read).isEqualTo(made).hasToString("SigningSecret[hidden]");
        byte[] publicKey = Base64.getUrlDecoder().decode(made.publicKeyBase64Url());
        byte[] encoded = HexFormat.of()
                .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(publicKey));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        verifier.update((ID + "." + TIMESTAMP + ".").getBytes(UTF_8));
        verifier.update(BODY);
        String signature = read.sign(ID, TIMESTAMP, BODY);
        assertThat(verifier.verify(Base64.getDecoder().decode(signature.substring("v1a,".length()))))
                .isTrue();
        assertThat(made.keyId()).hasSize(16);
    }

    @Test
    void aPublicKeyOfAnotherSeedIsRefused() {
        byte[] both = Base64.getDecoder().decode(PUBLISHED.substring(5));
        byte[] other = Base64.getDecoder()
                .decode(SigningSecret.random(SigningSecret.Scheme.V1A).reveal().substring(5));
        System.arraycopy(other, 32, both, 32, 32);
        String text = "whsk_" + Base64.getEncoder().encodeToString(both);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningSecret.parse(text))
                .withMessageContaining("another seed")
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain(text.substring(5, 20)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SigningSecret.parse("whsk_" + Base64.getEncoder().encodeToString(new byte[32])))
                .withMessageContaining("found 32 bytes");
    }
}
