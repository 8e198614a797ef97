package io.kurier.benchmarks.limit;

import io.kurier.benchmarks.http.Transport;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * What a {@link BareRelay} is told, also as the arguments of its process.
 *
 * @param listen where events come in
 * @param receiver where they go
 * @param secret signs them
 * @param threads event loops
 * @param connections to the receiver, of all loops together
 * @param fanOut webhooks that each event goes to
 * @param tls whether the receiver is behind TLS; who is trusted is the JVM's to say
 */
public record RelayConfig(
        InetSocketAddress listen,
        InetSocketAddress receiver,
        String secret,
        int threads,
        int connections,
        int fanOut,
        boolean tls) {

    /** Ports are of loopback. */
    static RelayConfig parse(String[] arguments) {
        return new RelayConfig(
                Transport.loopback(Integer.parseInt(arguments[0])),
                Transport.loopback(Integer.parseInt(arguments[1])),
                arguments[2],
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]),
                Boolean.parseBoolean(arguments[6]));
    }

    public List<String> arguments() {
        return List.of(
                Integer.toString(listen.getPort()),
                Integer.toString(receiver.getPort()),
                secret,
                Integer.toString(threads),
                Integer.toString(connections),
                Integer.toString(fanOut),
                Boolean.toString(tls));
    }

    static SslContext clientTls() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK cannot make a TLS context", e);
        }
    }
}
