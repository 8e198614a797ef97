package io.kurier.sender;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The operator's HTTP proxy, through which every delivery goes. It is told addresses, never names: what the guard judged
 * is what it connects to.
 *
 * @param authorization value of the header, which holds the credentials; null when there are none
 */
record ForwardProxy(String host, int port, @Nullable String authorization) {
    private static final String EXPECTED = "expected http://[user:password@]host:port";

    /** @throws IllegalArgumentException that does not repeat the text, which may hold a password */
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
            throw new IllegalArgumentException(EXPECTED + ", found no host and port from 1 to 65535");
        }
        boolean bare = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
        if (!bare || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(EXPECTED + ", found something behind the port");
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

    /** What asks for a tunnel (RFC 9110, 9.3.6). */
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
