package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "172.16.0.0/12, 172.31.255.255, true",
        "172.16.0.0/12, 172.32.0.0, false",
        "192.168.1.7/32, 192.168.1.7, true",
        "192.168.1.7/32, 192.168.1.6, false",
        "192.168.1.6/31, 192.168.1.7, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "::/0, 127.0.0.1, false",
        "fd00::/8, fdff:ffff::1, true",
        "fd00::/8, fe00::, false",
        "fd12:3456:789a::/48, fd12:3456:789a:ffff::1, true",
        "fd12:3456:789a::/48, fd12:3456:789b::, false",
        "::1/128, ::1, true",
        "::1/128, ::, false"
    })
    void holdsItsAddressesAndNoOthers(String network, String address, boolean contained) {
        assertThat(IpNetwork.parse(network).contains(IpLiteral.parse(address).orElseThrow()))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.0.0.0",
                "::1",
                "10.0.0.0/",
                "/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.0.0.0/999999999999",
                "10.0.0/8",
                "010.0.0.0/8",
                "0x0a000000/8",
                "10.0.0.1/8",
                "10.128.0.0/8",
                "192.168.1.1/31",
                "1.0.0.0/0",
                "fd00::/129",
                "fd00::1/8",
                "[fd00::]/8",
                "fe80::%eth0/10",
                "::ffff:10.0.0.0/104",
                "::ffff:0:0/96",
                "localhost",
                "example.com/8"
            })
    void whatIsNotExactlyANetworkIsRefusedWithWhatWasExpected(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> IpNetwork.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("expected");
    }

    @Test
    void aListIsSeparatedByCommas() {
        assertThat(IpNetwork.parseList(" 10.0.0.0/8, fd00::/8 ,192.168.1.7/32"))
                .containsExactly(
                        IpNetwork.parse("10.0.0.0/8"), IpNetwork.parse("fd00::/8"), IpNetwork.parse("192.168.1.7/32"));
        assertThat(IpNetwork.parseList("")).isEqualTo(List.of());
        assertThat(IpNetwork.parseList("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "10.0.0.0/8,", ",10.0.0.0/8", "10.0.0.0/8 fd00::/8", "10.0.0.0/8;fd00::/8"})
    void anEntryThatIsNoneSpoilsTheList(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> IpNetwork.parseList(text))
                .withMessageContaining("expected a");
    }
}
