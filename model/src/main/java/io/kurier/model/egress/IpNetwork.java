package io.kurier.model.egress;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A range of IP addresses in CIDR notation: {@code 10.0.0.0/8}, {@code fd00::/8}. Immutable. */
public final class IpNetwork {
    private static final String EXPECTED = "expected a network such as 10.0.0.0/8 or fd00::/8";
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private final String text;
    private final byte[] first;
    private final int bits;

    private IpNetwork(String text, byte[] first, int bits) {
        this.text = text;
        this.first = first;
        this.bits = bits;
    }

    /**
     * Reads a network strictly, because a mistake could allow more than was meant: bits after the prefix must be zero.
     *
     * @throws IllegalArgumentException when it is not a network; the message has the text and what was expected
     */
    public static IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a network: " + EXPECTED));
        int widest = 8 * address.length;
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no prefix length: expected " + text + "/" + widest + " for this one address");
        }
        int bits = bits(text, slash, widest);
        if (address.length == 16 && Arrays.equals(Arrays.copyOf(address, MAPPED.length), MAPPED)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is IPv4 mapped into IPv6: " + EXPECTED + ", an IPv4 network in its own form");
        }
        IpNetwork network = new IpNetwork(text, address, bits);
        for (int bit = bits; bit < widest; bit++) {
            if ((address[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                throw new IllegalArgumentException("'" + text
                        + "' has bits set after its prefix: expected zeros there, or /" + widest
                        + " for this one address");
            }
        }
        return network;
    }

    /**
     * Reads a list separated by commas.
     *
     * @return empty when the text is blank
     * @throws IllegalArgumentException about the first entry that is wrong
     */
    public static List<IpNetwork> parseList(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .map(IpNetwork::parse)
                .toList();
    }

    private static int bits(String text, int slash, int widest) {
        String length = text.substring(slash + 1);
        if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > widest) {
            throw new IllegalArgumentException("'" + text + "': expected a prefix length from 0 to " + widest
                    + " after the slash, found '" + length + "'");
        }
        return Integer.parseInt(length);
    }

    /**
     * Whether the address is in this network. An address of the other family never is.
     *
     * @param address 4 or 16 bytes, network order
     */
    public boolean contains(byte[] address) {
        if (address.length != first.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(address, 0, whole, first, 0, whole)) {
            return false;
        }
        int mask = (0xff00 >> (bits % 8)) & 0xff;
        return mask == 0 || (address[whole] & mask) == (first[whole] & mask);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpNetwork network && network.bits == bits && Arrays.equals(network.first, first);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(first) + bits;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
