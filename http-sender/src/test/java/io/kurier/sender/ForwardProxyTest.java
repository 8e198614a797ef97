package io.kurier.sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.runtime.config.BadSettingsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardProxyTest {
    private static final String SETTING = "KURIER_PROXY_URL";

    @Test
    void tellsTheProxyAnAddressAndTheCredentials() throws Exception {
        ForwardProxy proxy = ForwardProxy.parse("http://me:p%40ss:word@proxy.example.com:3128/");

        assertThat(proxy.host()).isEqualTo("proxy.example.com");
        assertThat(proxy.port()).isEqualTo(3128);
        // base64 of me:p@ss:word
        assertThat(head(proxy, "192.0.2.7"))
                .isEqualTo("CONNECT 192.0.2.7:8443 HTTP/1.1\r\nhost: 192.0.2.7:8443\r\n"
                        + "proxy-authorization: Basic bWU6cEBzczp3b3Jk\r\n\r\n");
    }

    @Test
    void anIpv6AddressStandsInBrackets() throws Exception {
        assertThat(head(ForwardProxy.parse("http://[::1]:3128"), "2001:db8::7"))
                .isEqualTo("CONNECT [2001:db8::7]:8443 HTTP/1.1\r\nhost: [2001:db8::7]:8443\r\n\r\n");
        assertThat(ForwardProxy.parse("http://[::1]:3128").host()).isEqualTo("::1");
    }

    /** A name that came along with the address is not what was judged. */
    @Test
    void noNameIsTold() throws Exception {
        InetAddress named = InetAddress.getByAddress("hooks.example.com", new byte[] {(byte) 192, 0, 2, 7});

        assertThat(new String(ForwardProxy.parse("http://p:1").request(new InetSocketAddress(named, 8443)), ISO_8859_1))
                .startsWith("CONNECT 192.0.2.7:8443 ")
                .doesNotContain("example");
    }

    private static String head(ForwardProxy proxy, String address) throws Exception {
        return new String(proxy.request(new InetSocketAddress(InetAddress.getByName(address), 8443)), ISO_8859_1);
    }

    @Test
    void unsetMeansNone() {
        assertThat(Samples.config().proxy()).isNull();
    }

    @Test
    void theCredentialsAreNotPrinted() {
        SenderConfig config = Samples.config(SETTING, "http://me:t0psecret@proxy.example.com:3128");

        assertThat(config.toString())
                .contains("proxy.example.com:3128")
                .doesNotContain("t0psecret")
                .doesNotContain("bWU6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t0psecret",
                "proxy:3128",
                "https://me:t0psecret@proxy:3128",
                "socks5://me:t0psecret@proxy:3128",
                "http://me:t0psecret@proxy",
                "http://me:t0psecret@proxy:0",
                "http://me:t0psecret@proxy:65536",
                "http://me:t0psecret@:3128",
                "http://t0psecret@proxy:3128",
                "http://:t0psecret@proxy:3128",
                "http://me:t0psecret%0d%0ahost@proxy:3128",
                "http://me:t0psecret@proxy:3128/path",
                "http://me:t0psecret@proxy:3128?q",
                "http://me:t0psecret@proxy:3128#f",
                "http://me:t0p secret@proxy:3128",
                "http://me:t0psecret%@proxy:3128"
            })
    void whatIsNoProxyIsRefusedAndNotRepeated(String text) {
        assertThatExceptionOfType(BadSettingsException.class)
                .isThrownBy(() -> Samples.config(SETTING, text))
                .withMessageContaining(SETTING)
                .withMessageContaining("expected http://[user:password@]host:port")
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("t0p", "secret"));
    }
}
