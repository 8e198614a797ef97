package io.kurier.model;

import java.util.List;
import java.util.Optional;

/**
 * Which addresses deliveries may reach. Judges the bytes of the address that is about to be connected to, never a name.
 * What is allowed is listed: IPv4 outside the special-purpose registry, and IPv6 in 2000::/3 outside it (IANA IPv4 and
 * IPv6 Special-Purpose Address Registries, RFC 6890); whatever embeds another address (mapped, compatible, NAT64, 6to4,
 * Teredo) lies outside the list.
 *
 * @param allowPrivate opens every address, for development and for receivers in one's own network
 */
public record AddressGuard(boolean allowPrivate) {
    private static final List<Range> SPECIAL_IPV4 = List.of(
            Range.of("this network", 8, 0),
            Range.of("private", 8, 10),
            Range.of("shared (CGNAT)", 10, 100, 64),
            Range.of("loopback", 8, 127),
            Range.of("link-local", 16, 169, 254),
            Range.of("private", 12, 172, 16),
            Range.of("protocol assignments", 24, 192, 0, 0),
            Range.of("documentation", 24, 192, 0, 2),
            Range.of("AS112", 24, 192, 31, 196),
            Range.of("AMT", 24, 192, 52, 193),
            Range.of("6to4 relay", 24, 192, 88, 99),
            Range.of("private", 16, 192, 168),
            Range.of("AS112", 24, 192, 175, 48),
            Range.of("benchmarking", 15, 198, 18),
            Range.of("documentation", 24, 198, 51, 100),
            Range.of("documentation", 24, 203, 0, 113),
            Range.of("multicast", 4, 224),
            Range.of("reserved", 4, 240),
            // Public by number, but a cloud's metadata and health service answers there from inside.
            Range.of("cloud metadata", 32, 168, 63, 129, 16));

    private static final Range GLOBAL_IPV6 = Range.of("global unicast", 3, 0x20);

    private static final List<Range> SPECIAL_IPV6 = List.of(
            Range.of("protocol assignments (Teredo, ORCHID, benchmarking)", 23, 0x20, 0x01, 0x00),
            Range.of("documentation", 32, 0x20, 0x01, 0x0d, 0xb8),
            Range.of("6to4", 16, 0x20, 0x02),
            Range.of("AS112", 48, 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00),
            Range.of("documentation", 20, 0x3f, 0xff, 0x00));

    /**
     * @param address 4 or 16 bytes, network order
     * @return why it is refused; empty when it may be reached
     */
    public Optional<String> refusal(byte[] address) {
        if (allowPrivate) {
            return Optional.empty();
        }
        return kind(address).map(kind -> "the address is not public (" + kind + ")");
    }

    /** Whether the address lies outside the public internet. */
    public static boolean isPrivate(byte[] address) {
        return kind(address).isPresent();
    }

    private static Optional<String> kind(byte[] address) {
        if (address.length == 4) {
            return special(SPECIAL_IPV4, address);
        }
        return GLOBAL_IPV6.contains(address) ? special(SPECIAL_IPV6, address) : Optional.of("outside 2000::/3");
    }

    private static Optional<String> special(List<Range> ranges, byte[] address) {
        return ranges.stream()
                .filter(range -> range.contains(address))
                .map(Range::name)
                .findFirst();
    }

    private static final class Range {
        private final String name;
        private final int bits;
        private final int[] prefix;

        private Range(String name, int bits, int[] prefix) {
            this.name = name;
            this.bits = bits;
            this.prefix = prefix;
        }

        static Range of(String name, int bits, int... prefix) {
            return new Range(name, bits, prefix);
        }

        String name() {
            return name;
        }

        boolean contains(byte[] address) {
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
                int wanted = bit / 8 < prefix.length ? prefix[bit / 8] : 0;
                if (((address[bit / 8] & 0xff) & mask) != (wanted & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
