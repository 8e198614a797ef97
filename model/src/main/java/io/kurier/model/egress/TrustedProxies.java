package io.kurier.model.egress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a caller's address behind trusted proxies. {@code X-Forwarded-For} is read from its end, because each proxy appends the
 * address of its peer: anybody may have written the entries before the last address that is not a trusted proxy. Immutable.
 *
 * @param networks addresses of the trusted proxies
 */
public record TrustedProxies(List<IpNetwork> networks) {
    private static final int MOST_HOPS = 32;
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final int ROUTED_BYTES = 8;

    /**
     * A caller's address.
     *
     * @param text the address, or {@code unknown}
     * @param group the key for limits per caller: an IPv4 address, or the /64 of an IPv6 address, which one caller owns
     */
    public record Caller(String text, String group) {
        private static final Caller UNKNOWN = new Caller("unknown", "unknown");
    }

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /**
     * Finds the caller.
     *
     * @param peer address of the connection's other end; null when it is unknown
     * @param forwardedFor the values of {@code X-Forwarded-For}, in the order of the headers
     */
    public Caller caller(@Nullable String peer, List<String> forwardedFor) {
        Optional<byte[]> connected = address(peer == null ? "" : peer);
        if (connected.isEmpty()) {
            return Caller.UNKNOWN;
        }
        byte[] last = connected.get();
        List<String> hops = hops(forwardedFor);
        for (int i = hops.size() - 1; i >= 0 && isTrusted(last); i--) {
            Optional<byte[]> hop = address(hops.get(i));
            if (hop.isEmpty()) {
                // an obfuscated or broken entry; the proxy that wrote it counts as the caller
                break;
            }
            last = hop.get();
        }
        return new Caller(text(last), group(last));
    }

    private List<String> hops(List<String> forwardedFor) {
        if (networks.isEmpty()) {
            return List.of();
        }
        List<String> hops = new ArrayList<>();
        for (String header : forwardedFor) {
            hops.addAll(Arrays.asList(header.split(",", -1)));
        }
        return hops.subList(Math.max(0, hops.size() - MOST_HOPS), hops.size());
    }

    private boolean isTrusted(byte[] address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Also with a port, as some proxies write it, or a zone; IPv4 mapped into IPv6 becomes IPv4. */
    private static Optional<byte[]> address(String given) {
        String text = given.strip();
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            text = text.substring(1, text.indexOf(']'));
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            text = text.substring(0, text.indexOf(':'));
        }
        int zone = text.indexOf('%');
        return IpLiteral.parse(zone < 0 ? text : text.substring(0, zone)).map(TrustedProxies::unmapped);
    }

    private static byte[] unmapped(byte[] address) {
        boolean mapped = address.length == 16 && Arrays.equals(Arrays.copyOf(address, MAPPED.length), MAPPED);
        return mapped ? Arrays.copyOfRange(address, MAPPED.length, address.length) : address;
    }

    private static String group(byte[] address) {
        return address.length == 4 ? text(address) : hex(address, ROUTED_BYTES) + "::/64";
    }

    private static String text(byte[] address) {
        if (address.length != 4) {
            return hex(address, address.length);
        }
        StringBuilder text = new StringBuilder();
        for (byte octet : address) {
            text.append(text.isEmpty() ? "" : ".").append(octet & 0xff);
        }
        return text.toString();
    }

    private static String hex(byte[] address, int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i += 2) {
            int group = (address[i] & 0xff) << 8 | (address[i + 1] & 0xff);
            text.append(i == 0 ? "" : ":").append(Integer.toHexString(group));
        }
        return text.toString();
    }
}
