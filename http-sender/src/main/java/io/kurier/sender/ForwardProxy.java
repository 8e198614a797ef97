package io.kurier.sender;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The operator's HTTP proxy, through which every delivery goes. It gets addresses and never names, so that it connects to
 * the address that the guard checked.
 *
 * @param host name or IP address, IPv6 without brackets
 * @param authorization value of the {@code proxy-authorization} header, with credentials; null when there are none
 */
record ForwardProxy(String host, int port, @Nullable String authorization) {
    private static final String EXPECTED = "expected http://[user:password@]host:port";

    /**
     * Reads {@code KURIER_PROXY_URL}.
     *
     * @throws IllegalArgumentException when it is not such a URL; the message does not repeat it, as it may hold a password
     */
    static ForwardProxy parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // without its cause, whose message repeats the text
            throw new IllegalArgumentException(EXPECTED + ": " + e.getReason());
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(EXPECTED + ", found another scheme");
        }
        if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(EXPECTED + ", found no host or no port from 1 to 65535");
        }
        boolean bare = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
        if (!bare || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(EXPECTED + ", found a path, query or fragment after the port");
        }
        return new ForwardProxy(
                uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort(), authorization(uri.getUserInfo()));
    }

    private static @Nullable String authorization(@Nullable String user) {
        if (user == null) {
            return null;
        }
        if (user.indexOf(':') < 1 || user.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(EXPECTED + ", found no user and password before the @");
        }
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    /** The request for a tunnel to the address (CONNECT, RFC 9110, section 9.3.6). */
    byte[] request(InetSocketAddress receiver) {
        String target =
                NetUtil.toSocketAddressString(NetUtil.toAddressString(receiver.getAddress()), receiver.getPort());
        String credentials = authorization == null ? "" : "proxy-authorization: " + authorization + "\r\n";
        return ("CONNECT " + target + " HTTP/1.1\r\nhost: " + target + "\r\n" + credentials + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "ForwardProxy[" + NetUtil.toSocketAddressString(host, port) + "]";
    }
}
