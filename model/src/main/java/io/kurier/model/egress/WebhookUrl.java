package io.kurier.model.egress;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A webhook's URL, parsed once and strictly: anything that two parsers could read differently is refused. Immutable.
 *
 * @param secure whether the scheme is https
 * @param host lower case; an IPv6 address without its brackets
 * @param port the port to connect to
 * @param target path and query as they stand in the request line
 * @param text the URL as it was given; may hold a token
 */
public record WebhookUrl(boolean secure, String host, int port, String target, String text) {
    /** Longest URL in characters. */
    public static final int MAX_LENGTH = 2048;
    /** Shown in place of a possible token. */
    private static final String HIDDEN = "***";

    private static final Pattern REDACTED = Pattern.compile("[/?&=]\\*\\*\\*([/?&=]|$)");
    /** From this length on, any text counts as a token. */
    private static final int SURE_TOKEN = 32;
    /** From this length on, text that mixes two of capitals, small letters and digits counts as a token. */
    private static final int MIXED_TOKEN = 16;

    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    /** Forms that inet_aton reads as an address besides dotted quads: 127.1, 0x7f000001, 2130706433, 0177.0.0.1. */
    private static final Pattern NUMERIC = Pattern.compile("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+))*");

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException saying what was expected; never with the whole URL, which may hold a token
     */
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
            throw new IllegalArgumentException(
                    "host '" + host + "' is not a DNS name: expected letters, digits, hyphens and dots");
        }
        if (NUMERIC.matcher(host).matches() && !IpLiteral.isIpv4(host)) {
            throw new IllegalArgumentException("host '" + host
                    + "' is an IP address in an unusual form: expected a dotted quad such as 192.0.2.1, or a name");
        }
        for (String label : host.split("\\.")) {
            if (!Punycode.isSound(label)) {
                throw new IllegalArgumentException("host '" + host + "' is not a DNS name: '" + label
                        + "' is not valid Punycode of an international name");
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

    /** Whether the host is an IPv6 address. */
    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** Whether the host is an address rather than a name. */
    public boolean isAddress() {
        return address().isPresent();
    }

    /** The address when the host is one, 4 or 16 bytes, network order; empty when it is a name. */
    Optional<byte[]> address() {
        return IpLiteral.parse(host);
    }

    /**
     * The URL as responses and pages show it: query values are hidden, and so are path segments and query names that
     * {@link #isToken look like a token}. The host is always shown.
     */
    public String redacted() {
        int path = text.indexOf('/', text.indexOf("://") + 3);
        int query = text.indexOf('?');
        int end = query < 0 ? text.length() : query;
        StringBuilder shown = new StringBuilder(text.substring(0, path < 0 || path > end ? end : path));
        if (path >= 0 && path < end) {
            for (String segment : text.substring(path + 1, end).split("/", -1)) {
                shown.append('/').append(isToken(segment) ? HIDDEN : segment);
            }
        }
        if (query >= 0) {
            String mark = "?";
            for (String part : text.substring(query + 1).split("&", -1)) {
                int value = part.indexOf('=');
                String name = value < 0 ? part : part.substring(0, value);
                shown.append(mark).append(isToken(name) ? HIDDEN : name).append(value < 0 ? "" : "=" + HIDDEN);
                mark = "&";
            }
        }
        return shown.toString();
    }

    /** Whether this URL was made of a {@link #redacted} one, so that it is not the real URL. */
    public boolean isRedacted() {
        return REDACTED.matcher(target).find();
    }

    /** Long, and probably random: ordinary words have neither digits nor changes of case. */
    private static boolean isToken(String text) {
        int kinds = (text.chars().anyMatch(c -> c >= 'a' && c <= 'z') ? 1 : 0)
                + (text.chars().anyMatch(c -> c >= 'A' && c <= 'Z') ? 1 : 0)
                + (text.chars().anyMatch(c -> c >= '0' && c <= '9') ? 1 : 0);
        return text.length() >= SURE_TOKEN || (text.length() >= MIXED_TOKEN && kinds >= 2);
    }

    /** For logs: never the path or query. */
    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostHeader();
    }
}
