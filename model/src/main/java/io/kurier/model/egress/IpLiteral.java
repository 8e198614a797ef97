package io.kurier.model.egress;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses IP addresses in the forms that every parser reads alike: a dotted quad without padding (RFC 3986), or IPv6 without a
 * zone (RFC 4291). The JDK's parser accepts more, and turns an IPv4 address mapped into IPv6 into the IPv4 address. Pure.
 */
final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern DOTTED_QUAD = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final int GROUPS = 8;

    private IpLiteral() {}

    /** @return 4 or 16 bytes, network order; empty when the text is not an address */
    static Optional<byte[]> parse(String text) {
        if (isIpv4(text)) {
            return Optional.of(ipv4(text));
        }
        return IPV6.matcher(text).matches() ? ipv6(text) : Optional.empty();
    }

    static boolean isIpv4(String text) {
        return DOTTED_QUAD.matcher(text).matches();
    }

    private static byte[] ipv4(String text) {
        byte[] bytes = new byte[4];
        String[] octets = text.split("\\.", -1);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(octets[i]);
        }
        return bytes;
    }

    private static Optional<byte[]> ipv6(String text) {
        int tail = text.lastIndexOf(':') + 1;
        String groups = text;
        if (text.indexOf('.') >= 0) {
            if (!isIpv4(text.substring(tail))) {
                return Optional.empty();
            }
            byte[] last = ipv4(text.substring(tail));
            groups = text.substring(0, tail) + String.format("%x:%x", pair(last, 0), pair(last, 2));
        }
        int gap = groups.indexOf("::");
        if (gap < 0) {
            return bytes(groups, GROUPS);
        }
        Optional<byte[]> before = bytes(groups.substring(0, gap), 0);
        Optional<byte[]> after = bytes(groups.substring(gap + 2), 0);
        if (before.isEmpty() || after.isEmpty() || before.get().length + after.get().length > 2 * (GROUPS - 1)) {
            return Optional.empty();
        }
        byte[] whole = Arrays.copyOf(before.get(), 2 * GROUPS);
        System.arraycopy(after.get(), 0, whole, whole.length - after.get().length, after.get().length);
        return Optional.of(whole);
    }

    /** @param wanted how many groups there must be; 0 for any number */
    private static Optional<byte[]> bytes(String text, int wanted) {
        String[] groups = text.isEmpty() ? new String[0] : text.split(":", -1);
        if (wanted > 0 ? groups.length != wanted : groups.length >= GROUPS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[2 * groups.length];
        for (int i = 0; i < groups.length; i++) {
            if (!GROUP.matcher(groups[i]).matches()) {
                return Optional.empty();
            }
            int value = Integer.parseInt(groups[i], 16);
            bytes[2 * i] = (byte) (value >> 8);
            bytes[2 * i + 1] = (byte) value;
        }
        return Optional.of(bytes);
    }

    private static int pair(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
