package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    private static final TrustedProxies TWO = new TrustedProxies(IpNetwork.parseList("10.0.0.0/8, fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "203.0.113.9 | 198.51.100.1                  | 203.0.113.9",
                "10.0.0.1    |                               | 10.0.0.1",
                "10.0.0.1    | 198.51.100.1                  | 198.51.100.1",
                "10.0.0.1    | 1.1.1.1, 198.51.100.1         | 198.51.100.1",
                "10.0.0.1    | 1.1.1.1, 198.51.100.1, 10.9.9.9 | 198.51.100.1",
                "10.0.0.1    | 10.1.1.1, 10.2.2.2            | 10.1.1.1",
                "10.0.0.1    | 1.1.1.1, garbage              | 10.0.0.1",
                "10.0.0.1    | 1.1.1.1, unknown, 10.2.2.2    | 10.2.2.2",
                "10.0.0.1    | 198.51.100.1:4711             | 198.51.100.1",
                "10.0.0.1    | [2001:db8::1]:4711            | 2001:db8:0:0:0:0:0:1",
                "fd00::1%eth0 | 198.51.100.1                 | 198.51.100.1",
                "::ffff:10.0.0.1 | 198.51.100.1              | 198.51.100.1",
                "-           | 198.51.100.1                  | unknown",
                "no address  | 198.51.100.1                  | unknown",
            })
    void theLastAddressThatIsNoTrustedProxyIsTheCallers(String peer, String header, String caller) {
        assertThat(TWO.caller(peer, header == null ? List.of() : List.of(header))
                        .text())
                .isEqualTo(caller);
    }

    @Test
    void nobodysHeaderCountsWhereNoProxyIsTrusted() {
        assertThat(new TrustedProxies(List.of())
                        .caller("10.0.0.1", List.of("198.51.100.1"))
                        .text())
                .isEqualTo("10.0.0.1");
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(TWO.caller("10.0.0.1", List.of("1.1.1.1", "198.51.100.1, 10.2.2.2"))
                        .text())
                .isEqualTo("198.51.100.1");
    }

    @Test
    void aLongListIsReadFromItsEndAndNotWhole() {
        String header = "198.51.100.1" + ", 10.0.0.2".repeat(5_000);
        assertThat(TWO.caller("10.0.0.1", List.of(header)).text()).isEqualTo("10.0.0.2");
    }

    @Test
    void aNetworkOfIpv6IsOneCaller() {
        assertThat(TWO.caller("2001:db8:1:2:3:4:5:6", List.of()).group())
                .isEqualTo(TWO.caller("2001:db8:1:2::1", List.of()).group())
                .isNotEqualTo(TWO.caller("2001:db8:1:3::1", List.of()).group());
        assertThat(TWO.caller("203.0.113.9", List.of()).group()).isEqualTo("203.0.113.9");
    }
}
