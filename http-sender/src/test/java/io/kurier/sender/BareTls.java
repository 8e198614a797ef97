package io.kurier.sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS receiver that breaks the rules beneath the sealed bytes, once: it answers and sends FIN without a
 * close_notify, or, without an answer, sends bytes that no key sealed.
 */
final class BareTls implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private final SSLSocketFactory tls;
    private final @Nullable String answer;

    BareTls(X509Bundle shown, @Nullable String answer) throws Exception {
        this.answer = answer;
        this.tls = TestCertificates.context(shown.toKeyManagerFactory().getKeyManagers())
                .getSocketFactory();
        Thread thread = new Thread(this::serve, "bare-tls");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try (Socket bare = listener.accept();
                SSLSocket socket = (SSLSocket) tls.createSocket(bare, null, bare.getPort(), false)) {
            socket.setUseClientMode(false);
            socket.getInputStream().read(new byte[8192]);
            if (answer == null) {
                bare.getOutputStream().write(new byte[] {
                    23, 3, 3, 0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                    24, 25, 26, 27, 28, 29, 30, 31, 32
                });
            } else {
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
                bare.shutdownOutput();
            }
            while (bare.getInputStream().read() >= 0) {
                // until the sender ends
            }
        } catch (IOException e) {
            // the end of the connection, or of the test
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
