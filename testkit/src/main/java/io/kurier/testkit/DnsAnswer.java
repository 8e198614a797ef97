package io.kurier.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An answer of {@link DnsFixture} for a name. Immutable.
 *
 * @param addresses of both families; an answer holds those of the question's family
 * @param aliases the chain of CNAMEs to the addresses: the name is an alias of the first, the first of the second
 * @param kind whether and how the server answers
 * @param ttlSeconds how long a resolver may cache it
 */
public record DnsAnswer(List<InetAddress> addresses, List<String> aliases, Kind kind, int ttlSeconds) {
    /** Whether the server answers, and with which response code. */
    public enum Kind {
        /** NOERROR, with or without records. */
        FOUND,
        NO_SUCH_NAME,
        FAILURE,
        /** The server sends nothing. */
        SILENCE
    }

    public DnsAnswer {
        addresses = List.copyOf(addresses);
        aliases = List.copyOf(aliases);
    }

    /** @param addresses literals, in the order of the records */
    public static DnsAnswer of(String... addresses) {
        return new DnsAnswer(Stream.of(addresses).map(DnsAnswer::literal).toList(), List.of(), Kind.FOUND, 0);
    }

    /** The name exists and has no address. */
    public static DnsAnswer empty() {
        return of();
    }

    public static DnsAnswer noSuchName() {
        return new DnsAnswer(List.of(), List.of(), Kind.NO_SUCH_NAME, 0);
    }

    public static DnsAnswer failure() {
        return new DnsAnswer(List.of(), List.of(), Kind.FAILURE, 0);
    }

    public static DnsAnswer silence() {
        return new DnsAnswer(List.of(), List.of(), Kind.SILENCE, 0);
    }

    /** The same addresses, behind CNAMEs. */
    public DnsAnswer alias(String... names) {
        return new DnsAnswer(addresses, List.of(names), kind, ttlSeconds);
    }

    public DnsAnswer keptFor(int seconds) {
        return new DnsAnswer(addresses, aliases, kind, seconds);
    }

    private static InetAddress literal(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address", e);
        }
    }
}
