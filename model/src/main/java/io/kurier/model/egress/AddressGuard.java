package io.kurier.model.egress;

import java.util.List;
import java.util.Optional;

/**
 * Decides which addresses deliveries may reach, by the bytes of the address and never by a name. Public are IPv4 addresses
 * outside the special-purpose registry, and IPv6 addresses in 2000::/3 outside it (IANA IPv4 and IPv6 Special-Purpose
 * Address Registries, RFC 6890). An address that embeds another one (mapped, translated, compatible, NAT64, 6to4, Teredo,
 * ISATAP) is refused, whichever address it embeds.
 *
 * @param allowPrivate allows every address, for development and for receivers in the operator's own network
 * @param allowed networks that are allowed although they are not public
 */
public record AddressGuard(boolean allowPrivate, List<IpNetwork> allowed) {
    private static final List<Special> SPECIAL_IPV4 = List.of(
            Special.of("this network", "0.0.0.0/8"),
            Special.of("private", "10.0.0.0/8"),
            Special.of("shared (CGNAT)", "100.64.0.0/10"),
            Special.of("loopback", "127.0.0.0/8"),
            Special.of("link-local", "169.254.0.0/16"),
            Special.of("private", "172.16.0.0/12"),
            Special.of("protocol assignments", "192.0.0.0/24"),
            Special.of("documentation", "192.0.2.0/24"),
            Special.of("AS112", "192.31.196.0/24"),
            Special.of("AMT", "192.52.193.0/24"),
            Special.of("6to4 relay", "192.88.99.0/24"),
            Special.of("private", "192.168.0.0/16"),
            Special.of("AS112", "192.175.48.0/24"),
            Special.of("benchmarking", "198.18.0.0/15"),
            Special.of("documentation", "198.51.100.0/24"),
            Special.of("documentation", "203.0.113.0/24"),
            Special.of("multicast", "224.0.0.0/4"),
            Special.of("reserved", "240.0.0.0/4"),
            // Public by number, but a cloud's metadata and health service answers there from inside.
            Special.of("cloud metadata", "168.63.129.16/32"));

    private static final IpNetwork GLOBAL_IPV6 = IpNetwork.parse("2000::/3");

    private static final List<Special> SPECIAL_IPV6 = List.of(
            Special.of("protocol assignments (Teredo, ORCHID, benchmarking)", "2001::/23"),
            Special.of("documentation", "2001:db8::/32"),
            Special.of("6to4", "2002::/16"),
            Special.of("AS112", "2620:4f:8000::/48"),
            Special.of("documentation", "3fff::/20"));

    public AddressGuard {
        allowed = List.copyOf(allowed);
    }

    private record Special(String name, IpNetwork network) {
        static Special of(String name, String network) {
            return new Special(name, IpNetwork.parse(network));
        }
    }

    /**
     * Checks one address.
     *
     * @param address 4 or 16 bytes, network order
     * @return why it is refused; empty when it may be reached
     */
    public Optional<String> refusal(byte[] address) {
        if (allowPrivate || isAllowed(address)) {
            return Optional.empty();
        }
        return kind(address).map(kind -> "the address is not public (" + kind + ")");
    }

    /** Whether the address is in one of the {@link #allowed} networks. */
    boolean isAllowed(byte[] address) {
        return allowed.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether the address lies outside the public internet. */
    public static boolean isPrivate(byte[] address) {
        return kind(address).isPresent();
    }

    private static Optional<String> kind(byte[] address) {
        if (address.length == 4) {
            return special(SPECIAL_IPV4, address);
        }
        if (!GLOBAL_IPV6.contains(address)) {
            return Optional.of("outside 2000::/3");
        }
        return isIsatap(address) ? Optional.of("ISATAP") : special(SPECIAL_IPV6, address);
    }

    /** An IPv4 in the last 32 bits, under any prefix, to which a router of that site tunnels (RFC 5214, 6.1). */
    private static boolean isIsatap(byte[] address) {
        return (address[8] & ~0x03) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == (byte) 0xfe;
    }

    private static Optional<String> special(List<Special> specials, byte[] address) {
        return specials.stream()
                .filter(special -> special.network.contains(address))
                .map(Special::name)
                .findFirst();
    }
}
