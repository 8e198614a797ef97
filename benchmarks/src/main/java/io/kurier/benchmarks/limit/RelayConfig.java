package io.kurier.benchmarks.limit;

import io.kurier.benchmarks.http.Transport;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The configuration of a {@link BareRelay}, and its form as arguments of a process.
 *
 * @param listen address for events
 * @param receiver address of the webhooks
 * @param secret signs the deliveries, {@code whsec_} and base64
 * @param threads number of event loops
 * @param connections connections to the receiver, over all loops
 * @param fanOut webhooks that each event goes to
 * @param tls whether the receiver uses TLS; the JVM's trust store decides which certificates are trusted
 */
public record RelayConfig(
        InetSocketAddress listen,
        InetSocketAddress receiver,
        String secret,
        int threads,
        int connections,
        int fanOut,
        boolean tls) {

    /** @param arguments in the order of {@link #arguments}; both ports are loopback ports */
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
            throw new IllegalStateException("this JDK cannot create a TLS context", e);
        }
    }
}
