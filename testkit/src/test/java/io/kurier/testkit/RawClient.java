package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A plain socket, which shows what an HTTP client would hide. Not thread-safe. */
final class RawClient implements AutoCloseable {
    private final Socket socket;

    RawClient(ScriptedReceiver receiver) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), receiver.port());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
    }

    RawClient post(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        return this;
    }

    /** Reads exactly this many characters. */
    String read(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    /** Reads to the end of the connection. */
    String readToEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** Whether no byte arrives for this long. */
    boolean isSilentFor(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException silence) {
            return true;
        } finally {
            socket.setSoTimeout(10_000);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
