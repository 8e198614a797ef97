package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the guard to the ranges as the IANA registries write them, in CIDR, by arithmetic of its own. */
class AddressGuardTest {
    static final List<String> SPECIAL_IPV4 = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "255.255.255.255/32",
            "168.63.129.16/32");

    /** What lies outside 2000::/3 and what is special in it. */
    static final List<String> SPECIAL_IPV6 = List.of(
            "::/3",
            "4000::/2",
            "8000::/1",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20");

    private static final long SEED = Long.getLong("kurier.seed", 20_261_121L);
    private final AddressGuard guard = new AddressGuard(false, List.of());

    private record Cidr(BigInteger first, BigInteger last, int bytes) {
        static Cidr of(String text) {
            String[] parts = text.split("/");
            byte[] address = literal(parts[0]);
            BigInteger first = new BigInteger(1, address);
            BigInteger size = BigInteger.ONE.shiftLeft(8 * address.length - Integer.parseInt(parts[1]));
            return new Cidr(first, first.add(size).subtract(BigInteger.ONE), address.length);
        }

        boolean contains(BigInteger address) {
            return address.compareTo(first) >= 0 && address.compareTo(last) <= 0;
        }
    }

    private static byte[] literal(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] bytes(BigInteger address, int length) {
        byte[] signed = address.toByteArray();
        byte[] bytes = new byte[length];
        for (int i = 0; i < Math.min(signed.length, length); i++) {
            bytes[length - 1 - i] = signed[signed.length - 1 - i];
        }
        return bytes;
    }

    private static boolean isSpecial(List<String> ranges, BigInteger address) {
        return ranges.stream().map(Cidr::of).anyMatch(range -> range.contains(address));
    }

    private void assertJudged(List<String> ranges, BigInteger address, int length) {
        boolean special = isSpecial(ranges, address);
        byte[] bytes = bytes(address, length);
        assertThat(guard.refusal(bytes).isPresent())
                .as("seed %d, %s", SEED, Arrays.toString(bytes))
                .isEqualTo(special);
        assertThat(AddressGuard.isPrivate(bytes)).isEqualTo(special);
    }

    private void assertEdges(List<String> ranges, String text) {
        Cidr range = Cidr.of(text);
        BigInteger end = BigInteger.ONE.shiftLeft(8 * range.bytes);
        assertThat(guard.refusal(bytes(range.first, range.bytes))).isPresent();
        assertThat(guard.refusal(bytes(range.last, range.bytes))).isPresent();
        for (BigInteger neighbour : List.of(range.first.subtract(BigInteger.ONE), range.last.add(BigInteger.ONE))) {
            if (neighbour.signum() >= 0 && neighbour.compareTo(end) < 0) {
                assertJudged(ranges, neighbour, range.bytes);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SPECIAL_IPV4")
    void aSpecialIpv4RangeIsRefusedToItsEdgesAndNoFurther(String range) {
        assertEdges(SPECIAL_IPV4, range);
    }

    @ParameterizedTest
    @FieldSource("SPECIAL_IPV6")
    void aSpecialIpv6RangeIsRefusedToItsEdgesAndNoFurther(String range) {
        assertEdges(SPECIAL_IPV6, range);
    }

    @Test
    void randomAddressesAreJudgedAsTheRegistriesSay() {
        Random random = new Random(SEED);
        for (int i = 0; i < 50_000; i++) {
            assertJudged(SPECIAL_IPV4, new BigInteger(32, random), 4);
            BigInteger ipv6 = new BigInteger(128, random);
            assertJudged(SPECIAL_IPV6, ipv6, 16);
            // half of them global unicast
            assertJudged(
                    SPECIAL_IPV6, ipv6.shiftRight(3).setBit(125).clearBit(126).clearBit(127), 16);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.1",
                "192.0.1.0",
                "192.0.3.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "168.63.129.15",
                "168.63.129.17",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "2001:200::1",
                "2001:db7:ffff::",
                "2001:db9::",
                "2003::1",
                "3ffe::1",
                "3fff:1000::",
                "2a00:1450::1",
                "2620:4f:7fff::",
                "2620:4f:8001::"
            })
    void thePublicInternetIsReached(String address) {
        assertThat(guard.refusal(literal(address))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.0.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "169.254.169.254",
                "169.254.170.2",
                "100.100.100.200",
                "192.0.0.192",
                "168.63.129.16",
                "224.0.0.1",
                "239.255.255.250",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "64:ff9b::7f00:1",
                "64:ff9b::808:808",
                "64:ff9b:1::a00:1",
                "100::1",
                "100:0:0:1::1",
                "2001::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:808:808::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fe80::5efe:7f00:1",
                "fec0::1",
                "ff02::1",
                "ffff::1"
            })
    void whateverIsInsideOrEmbedsAnAddressIsRefusedWithItsKind(String address) {
        assertThat(guard.refusal(literal(address)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("the address is not public ("));
    }

    /** InetAddress unwraps these, the bytes of a socket may not be. */
    @Test
    void anIpv4MappedIntoIpv6IsRefusedEvenWhenItIsPublic() {
        for (String ipv4 : List.of("127.0.0.1", "10.0.0.1", "8.8.8.8")) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(literal(ipv4), 0, mapped, 12, 4);
            assertThat(guard.refusal(mapped)).as(ipv4).isPresent();
        }
    }

    /** Any prefix will do for it: the address it embeds is in the interface's half. */
    @Test
    void isatapIsRefusedUnderAPublicPrefixAndItsNeighboursAreNot() {
        for (String address :
                List.of("2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "2606:4700:1:2:100:5efe:808:808")) {
            assertThat(guard.refusal(literal(address))).as(address).isPresent();
        }
        for (String address :
                List.of("2606:4700::5eff:7f00:1", "2606:4700::400:5efe:a00:1", "2606:4700::1:5efe:a00:1")) {
            assertThat(guard.refusal(literal(address))).as(address).isEmpty();
        }
    }

    @Test
    void everyAddressIsOpenWhenPrivateOnesAreAllowedButStillKnownAsPrivate() {
        AddressGuard open = new AddressGuard(true, List.of());

        assertThat(open.refusal(literal("127.0.0.1"))).isEmpty();
        assertThat(open.refusal(literal("::1"))).isEmpty();
        assertThat(open.refusal(literal("8.8.8.8"))).isEmpty();
        assertThat(AddressGuard.isPrivate(literal("127.0.0.1"))).isTrue();
        assertThat(AddressGuard.isPrivate(literal("8.8.8.8"))).isFalse();
    }
}
