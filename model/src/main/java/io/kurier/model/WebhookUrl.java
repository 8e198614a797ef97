package io.kurier.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A webhook's URL, taken apart once and strictly: what two readers could understand differently is refused.
 *
 * @param secure https
 * @param host as written, lower case; an IPv6 address without its brackets
 * @param port the one to connect to
 * @param target path and query as they go on the request line
 * @param text the URL as it was given
 */
public record WebhookUrl(boolean secure, String host, int port, String target, String text) {
    public static final int MAX_LENGTH = 2048;
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    /** What inet_aton would read as an address although it is no dotted quad: 127.1, 0x7f000001, 2130706433, 0177.0.0.1. */
    private static final Pattern NUMERIC = Pattern.compile("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+))*");

    /** @throws IllegalArgumentException that says what was expected; it does not repeat the URL, which may hold a token */
    public static WebhookUrl parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_LENGTH + " characters, found " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '\\') {
                throw new IllegalArgumentException("expected printable ASCII without spaces or backslashes, found U+"
                        + String.format("%04X", (int) c) + " at position " + i);
            }
        }
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(
                    "expected a URL that starts with https://, found scheme '" + scheme + "'");
        }
        boolean secure = scheme.equals("https");
        return new WebhookUrl(secure, host(uri), port(uri, secure), target(uri), text);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // without its cause, whose message repeats the URL
            throw new IllegalArgumentException("expected a URL such as https://example.com/hook: " + e.getReason());
        }
    }

    private static String host(URI uri) {
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("expected no user or password in the URL; send credentials in a header");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("expected no fragment (#…): it is never sent");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("expected a host name or address after ://");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            String address = host.substring(1, host.length() - 1);
            if (address.indexOf(':') < 0 || IpLiteral.parse(address).isEmpty()) {
                throw new IllegalArgumentException("expected an IPv6 address without a zone between [ and ]");
            }
            return address;
        }
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("host '" + host + "' is no DNS name: letters, digits, hyphens and dots");
        }
        if (NUMERIC.matcher(host).matches() && !IpLiteral.isIpv4(host)) {
            throw new IllegalArgumentException(
                    "host '" + host + "' is a number in disguise: expected a dotted quad such as 192.0.2.1, or a name");
        }
        for (String label : host.split("\\.")) {
            if (!Punycode.isSound(label)) {
                throw new IllegalArgumentException(
                        "host '" + host + "' is no DNS name: '" + label + "' spells no international name");
            }
        }
        return host;
    }

    private static int port(URI uri, boolean secure) {
        String authority = uri.getRawAuthority();
        if (authority.endsWith(":")) {
            throw new IllegalArgumentException("expected a port after the colon");
        }
        if (uri.getPort() == -1) {
            return secure ? 443 : 80;
        }
        if (!authority.endsWith(":" + uri.getPort())) {
            throw new IllegalArgumentException("expected a port without leading zeros, such as " + uri.getPort());
        }
        if (uri.getPort() < 1 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("expected a port from 1 to 65535, found " + uri.getPort());
        }
        return uri.getPort();
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** The value of the Host header. */
    public String hostHeader() {
        String name = isIpv6() ? "[" + host + "]" : host;
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** Whether the host is an address rather than a name. */
    public boolean isAddress() {
        return address().isPresent();
    }

    /** The address that the host is, 4 or 16 bytes as written; empty when it is a name. */
    Optional<byte[]> address() {
        return IpLiteral.parse(host);
    }

    /** For answers and pages: values of the query are hidden, since they are often tokens. */
    public String redacted() {
        int query = text.indexOf('?');
        return query < 0
                ? text
                : text.substring(0, query + 1) + text.substring(query + 1).replaceAll("=[^&]*", "=***");
    }

    /** For logs: never the path or query. */
    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostHeader();
    }
}
