package io.kurier.runtime.config;

/**
 * An address to listen on.
 *
 * @param host name or address
 * @param port 0 lets the system choose
 */
public record HostPort(String host, int port) {
    /**
     * Parses {@code host:port}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                return new HostPort(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not an address; expected host:port, such as 127.0.0.1:8080");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
