package io.kurier.model.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTlsCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final X509Bundle AUTHORITY = made(ec("CN=authority").setIsCertificateAuthority(true), null);
    private static final X509Bundle CLIENT = made(ec("CN=client"), AUTHORITY);
    private static final X509Bundle OTHER = made(ec("CN=client"), AUTHORITY);

    private static CertificateBuilder ec(String subject) {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .notBefore(NOW.minus(Duration.ofDays(9)))
                .notAfter(NOW.plus(Duration.ofDays(9)));
    }

    private static X509Bundle made(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key of any size could keep whoever verifies with it busy for as long as its owner likes. */
    @Test
    void signersWhoseKeysCanBeOfAnySizeAreRefused() throws Exception {
        String dsa;
        try (var in = ClientTlsCheckTest.class.getResourceAsStream("dsa.pem")) {
            dsa = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        for (Function<String, String> check : List.<Function<String, String>>of(
                text -> ClientTlsCheck.authorities(text, NOW),
                text -> ClientTlsCheck.chain(text, NOW),
                text -> ClientTlsCheck.chain(CLIENT.getCertificatePEM() + text, NOW))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> check.apply(dsa))
                    .withMessageContaining("RSA keys of at most 8192 bits, or of EC or Ed25519");
        }
    }

    static Stream<X509Bundle> kinds() {
        return Stream.of(
                CLIENT,
                made(ec("CN=client").algorithm(Algorithm.ecp384), AUTHORITY),
                made(ec("CN=client").rsa2048(), AUTHORITY),
                made(ec("CN=client").algorithm(Algorithm.ed25519), AUTHORITY));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCertificateWithItsKeyIsAcceptedAndReadBack(X509Bundle client) {
        ClientTls tls = checked(client.getCertificatePEM() + AUTHORITY.getCertificatePEM(), client.getPrivateKeyPEM());

        assertThat(tls.chain()).containsExactly(client.getCertificate(), AUTHORITY.getCertificate());
        assertThat(tls.privateKey()).isEqualTo(client.getKeyPair().getPrivate());
        assertThat(tls.authorities()).containsExactly(AUTHORITY.getCertificate());
    }

    private static ClientTls checked(String certificate, String key) {
        String chain = ClientTlsCheck.chain(certificate, NOW);
        return new ClientTls(
                ClientTlsCheck.authorities(AUTHORITY.getCertificatePEM(), NOW), chain, ClientTlsCheck.key(key, chain));
    }

    /** So that equal settings are equal texts, and nothing that was pasted along is kept. */
    @Test
    void whateverStandsAroundTheBlocksAndHoweverTheyAreBroken() {
        String written = ClientTlsCheck.chain(CLIENT.getCertificatePEM(), NOW);
        String otherwise = "Bag Attributes\n  friendlyName: t0psecret\n"
                + CLIENT.getCertificatePEM().replace("\n", " \r\n\t") + "\n\n";

        assertThat(ClientTlsCheck.chain(otherwise, NOW)).isEqualTo(written).doesNotContain("t0psecret");
        assertThat(ClientTlsCheck.chain(written, NOW)).isEqualTo(written);
    }

    static Stream<String> noCertificates() {
        String good = CLIENT.getCertificatePEM();
        return Stream.of(
                "",
                "t0psecret",
                CLIENT.getPrivateKeyPEM(),
                good + CLIENT.getPrivateKeyPEM(),
                good.replace("CERTIFICATE", "T0PSECRET"),
                good.replace("-----END", "-----AND"),
                "-----BEGIN CERTIFICATE-----\nt0p*secret\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE",
                "-----BEGIN CERTIFICATE-----\ndDBwc2VjcmV0\n-----END CERTIFICATE-----",
                good.repeat(21),
                good + "x".repeat(64 * 1024));
    }

    @ParameterizedTest
    @MethodSource("noCertificates")
    void whatIsNoCertificateIsRefusedAndNotRepeated(String text) {
        for (var check : Stream.<Function<String, String>>of(
                        given -> ClientTlsCheck.authorities(given, NOW), given -> ClientTlsCheck.chain(given, NOW))
                .toList()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> check.apply(text))
                    .withMessageStartingWith("expected ")
                    .withNoCause()
                    .satisfies(refused -> assertThat(refused.getMessage().toLowerCase(Locale.ROOT))
                            .doesNotContain("t0p", "ddbw"));
        }
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsEnd() {
        String old = made(ec("CN=old").notAfter(NOW.minusSeconds(1)), AUTHORITY).getCertificatePEM();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientTlsCheck.authorities(AUTHORITY.getCertificatePEM() + old, NOW))
                .withMessage("expected certificates that have not expired, number 2 did at 2026-03-04T05:06:06Z");
        assertThatIllegalArgumentException().isThrownBy(() -> ClientTlsCheck.chain(old, NOW));
    }

    @Test
    void aChainOutOfOrderIsRefused() {
        String impostor =
                made(ec("CN=authority").setIsCertificateAuthority(true), null).getCertificatePEM();
        for (String chain : new String[] {
            AUTHORITY.getCertificatePEM() + CLIENT.getCertificatePEM(),
            CLIENT.getCertificatePEM() + OTHER.getCertificatePEM(),
            CLIENT.getCertificatePEM() + impostor
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClientTlsCheck.chain(chain, NOW))
                    .withMessageContaining("number 2 did not sign number 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 8192})
    void anRsaKeyOutOfProportionIsRefused(int bits) throws Exception {
        PublicKey key = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(BigInteger.ONE.setBit(bits - 1), BigInteger.valueOf(65_537)));
        String certificate = made(ec("CN=client").publicKey(key), AUTHORITY).getCertificatePEM();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientTlsCheck.chain(certificate, NOW))
                .withMessageContaining("2048 to 4096")
                .withMessageContaining("found " + bits);
    }

    /** Whose primes multiply to another number, or whose exponents are endless. */
    @Test
    void anRsaKeyMadeToKeepUsBusyIsRefused() throws Exception {
        X509Bundle client = made(ec("CN=client").rsa2048(), AUTHORITY);
        RSAPrivateCrtKey good = (RSAPrivateCrtKey) client.getKeyPair().getPrivate();
        BigInteger endless = BigInteger.ONE.setBit(200_000);
        for (RSAPrivateCrtKeySpec bad : List.of(
                with(good, good.getPrimeP().multiply(endless), good.getPrimeExponentP()),
                with(good, good.getPrimeP(), endless))) {
            byte[] key = KeyFactory.getInstance("RSA").generatePrivate(bad).getEncoded();
            String chain = ClientTlsCheck.chain(client.getCertificatePEM(), NOW);

            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClientTlsCheck.key(Pem.of(ClientKey.LABEL, key), chain))
                    .withMessageContaining("expected");
            long worked = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            assertThat(Duration.ofNanos(worked)).isLessThan(Duration.ofSeconds(2));
        }
    }

    private static RSAPrivateCrtKeySpec with(RSAPrivateCrtKey key, BigInteger primeP, BigInteger exponentP) {
        return new RSAPrivateCrtKeySpec(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                primeP,
                key.getPrimeQ(),
                exponentP,
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
    }

    @Test
    void anotherKeyIsRefused() {
        refusedKey(OTHER.getPrivateKeyPEM(), "found another key");
        refusedKey(made(ec("CN=client").rsa2048(), AUTHORITY).getPrivateKeyPEM(), "the certificate has, EC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE"})
    void aKeyInAnotherFormIsRefusedAndHelped(String label) {
        refusedKey(CLIENT.getPrivateKeyPEM().replace("PRIVATE KEY", label), "found " + label);
        refusedKey(CLIENT.getPrivateKeyPEM().replace("PRIVATE KEY", label), "openssl pkcs8");
    }

    @Test
    void whatIsNoKeyIsRefused() {
        refusedKey("", "found no block");
        refusedKey(CLIENT.getPrivateKeyPEM().repeat(2), "found 2 blocks");
        refusedKey("-----BEGIN PRIVATE KEY-----\ndDBwc2VjcmV0\n-----END PRIVATE KEY-----", "PKCS#8");
    }

    private static void refusedKey(String key, String found) {
        String chain = ClientTlsCheck.chain(CLIENT.getCertificatePEM(), NOW);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientTlsCheck.key(key, chain))
                .withMessageStartingWith("expected ")
                .withMessageContaining(found)
                .withNoCause();
    }

    /** Whatever is wrong with the bytes, nothing but a refusal comes of them. */
    @Test
    void brokenBytesAreRefusedOrHarmless() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] certificate =
                Base64.getMimeDecoder().decode(CLIENT.getCertificatePEM().replaceAll("-----[A-Z ]+-----", ""));
        byte[] key = CLIENT.getKeyPair().getPrivate().getEncoded();
        String chain = ClientTlsCheck.chain(CLIENT.getCertificatePEM(), NOW);
        for (int i = 0; i < 1_000; i++) {
            try {
                ClientTlsCheck.chain(Pem.of(Pem.CERTIFICATE, broken(certificate, random)), NOW);
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("expected ");
            }
            try {
                ClientTlsCheck.key(Pem.of(ClientKey.LABEL, broken(key, random)), chain);
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("expected ");
            }
        }
    }

    private static byte[] broken(byte[] whole, Random random) {
        byte[] bytes = Arrays.copyOf(whole, whole.length - (random.nextInt(4) == 0 ? random.nextInt(40) : 0));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    @Test
    void theKeyIsNotPrinted() {
        ClientTls tls = checked(CLIENT.getCertificatePEM(), CLIENT.getPrivateKeyPEM());

        assertThat(tls).hasToString("ClientTls[ca certificate]");
        assertThat(tls).isEqualTo(checked(CLIENT.getCertificatePEM(), CLIENT.getPrivateKeyPEM()));
        assertThat(tls).isNotEqualTo(checked(OTHER.getCertificatePEM(), OTHER.getPrivateKeyPEM()));
    }

    @Test
    void aCertificateWithoutItsKeyIsNoSetting() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ClientTls(null, "a", null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClientTls(null, null, "a"));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(ClientTls.NONE::privateKey);
    }
}
