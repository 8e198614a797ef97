package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
    private static final EgressPolicy STRICT = new EgressPolicy(false, false, List.of());
    private static final EgressPolicy LISTED =
            new EgressPolicy(false, false, IpNetwork.parseList("10.1.0.0/16,fd00::/64"));
    private static final byte[] PUBLIC = {1, 1, 1, 1};
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "a.localhost",
                "printer.local",
                "metadata.google.internal",
                "kubernetes.default.svc.cluster.local",
                "kafka",
                "router",
                "127.0.0.1",
                "10.1.2.3",
                "169.254.169.254",
                "[::1]",
                "[fd00:ec2::254]",
                "[fe80::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:a00:1]",
                "[64:ff9b::a00:1]",
                "[2002:a00:1::]"
            })
    void whatIsInsideIsRefusedAndTheSettingNamed(String host) {
        assertThat(STRICT.refusal(WebhookUrl.parse("https://" + host + "/")))
                .hasValueSatisfying(why -> assertThat(why).contains("KURIER_ALLOW_PRIVATE_NETWORKS"));
        assertThat(new EgressPolicy(true, false, List.of()).refusal(WebhookUrl.parse("https://" + host + "/")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "localhost.example.com",
                "internal.example.com",
                "notlocal.com",
                "mylocalhost.com",
                "local.example",
                "1.1.1.1",
                "[2606:4700::1111]"
            })
    void aPublicNameOrAddressMayBeRegistered(String host) {
        assertThat(STRICT.refusal(WebhookUrl.parse("https://" + host + "/"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // allowPrivate, allowHttp, url, may be registered
        "false, false, http://example.com/, false",
        "false, true, http://example.com/, true",
        "true, false, http://example.com/, true",
        "false, false, http://1.1.1.1/, false",
        "false, true, http://1.1.1.1/, true",
        "true, false, http://1.1.1.1/, false",
        "true, false, http://127.0.0.1/, true",
        "false, true, http://127.0.0.1/, false",
        "true, false, http://localhost:8080/, true"
    })
    void httpNeedsLeaveOfItsOwn(boolean allowPrivate, boolean allowHttp, String url, boolean allowed) {
        assertThat(new EgressPolicy(allowPrivate, allowHttp, List.of())
                        .refusal(WebhookUrl.parse(url))
                        .isEmpty())
                .isEqualTo(allowed);
    }

    /** What every resolver answers with loopback is no name that may lead elsewhere. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.2/32, localhost, false",
        "127.0.0.2/32, a.localhost, false",
        "127.0.0.0/8, localhost, true",
        "::1/128, localhost, true",
        "10.0.0.0/8, queue, true"
    })
    void aNameOfLoopbackNeedsLoopbackOpen(String network, String host, boolean allowed) {
        assertThat(new EgressPolicy(false, false, List.of(IpNetwork.parse(network)))
                        .refusal(WebhookUrl.parse("https://" + host + "/"))
                        .isEmpty())
                .isEqualTo(allowed);
    }

    /** The guard proper: a name that was public when it was registered may lead inside later. */
    @ParameterizedTest
    @CsvSource({
        // allowPrivate, allowHttp, https, public address, may be connected to
        "false, false, true,  true,  true",
        "false, false, true,  false, false",
        "false, false, false, true,  false",
        "false, false, false, false, false",
        "false, true,  false, true,  true",
        "false, true,  false, false, false",
        "true,  false, true,  false, true",
        "true,  false, false, false, true",
        "true,  false, false, true,  false",
        "true,  true,  false, true,  true"
    })
    void theAddressAboutToBeConnectedToDecides(
            boolean allowPrivate, boolean allowHttp, boolean https, boolean toPublic, boolean allowed) {
        WebhookUrl url = WebhookUrl.parse((https ? "https" : "http") + "://example.com/");

        assertThat(new EgressPolicy(allowPrivate, allowHttp, List.of())
                        .refusal(url, toPublic ? PUBLIC : LOOPBACK)
                        .isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void aRefusalOfHttpNamesTheSettingThatAllowsIt() {
        assertThat(STRICT.refusal(WebhookUrl.parse("http://example.com/")))
                .hasValueSatisfying(why -> assertThat(why).contains("https").contains("KURIER_ALLOW_HTTP"));
    }

    @ParameterizedTest
    @CsvSource({
        // url, may be registered
        "https://10.1.2.3/, true",
        "http://10.1.2.3:8080/, true",
        "https://[fd00::1]/, true",
        "http://[fd00::1]/, true",
        "https://1.1.1.1/, true",
        "http://1.1.1.1/, false",
        "https://10.2.0.0/, false",
        "https://127.0.0.1/, false",
        "https://[fd00:0:0:1::]/, false",
        "https://[::ffff:10.1.2.3]/, false",
        "https://kafka/, true",
        "http://hooks.internal/, true"
    })
    void aListedNetworkIsOpenOverHttpTooAndNoOther(String url, boolean allowed) {
        assertThat(LISTED.refusal(WebhookUrl.parse(url)).isEmpty()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        // scheme, address, may be connected to
        "https, 10.1.255.255, true",
        "http,  10.1.255.255, true",
        "http,  fd00::ffff, true",
        "https, 10.2.0.0, false",
        "https, 127.0.0.1, false",
        "https, ::1, false",
        "https, 1.1.1.1, true",
        "http,  1.1.1.1, false"
    })
    void aNameLeadsOnlyToWhatIsListedOrPublic(String scheme, String address, boolean allowed) {
        WebhookUrl url = WebhookUrl.parse(scheme + "://hooks.internal/");

        assertThat(LISTED.refusal(url, IpLiteral.parse(address).orElseThrow()).isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void aRefusalOfAnAddressNamesWhatOpensIt() {
        assertThat(STRICT.refusal(WebhookUrl.parse("https://10.1.2.3/")))
                .contains("the address is not public (private); KURIER_ALLOWED_NETWORKS allows the networks it lists,"
                        + " KURIER_ALLOW_PRIVATE_NETWORKS=true allows all");
    }
}
