package io.kurier.sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;

/** A receiver's end of one connection, in the words that hostile behaviours are told in. One thread's. */
final class Wire {
    private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
    private static final int SAFETY_MS = 60_000;

    /** A hundred handshakes at once on a small machine would starve the sender that they are there to test. */
    private static final Semaphore HANDSHAKES = new Semaphore(2);

    private final Socket socket;
    private final CountDownLatch over;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Wire(Socket socket, CountDownLatch over) {
        this.socket = socket;
        this.over = over;
    }

    Socket socket() {
        return socket;
    }

    /** Reads one request to its end. */
    Wire request() throws IOException {
        if (socket instanceof SSLSocket tls) {
            HANDSHAKES.acquireUninterruptibly();
            try {
                tls.startHandshake();
            } finally {
                HANDSHAKES.release();
            }
        }
        String text = "";
        while (!text.contains("\r\n\r\n") || text.length() < length(text)) {
            if (!read(SAFETY_MS)) {
                throw new IOException("the sender ended instead of a request, after: " + text);
            }
            text = received.toString(ISO_8859_1);
        }
        return this;
    }

    private static int length(String text) {
        Matcher told = LENGTH.matcher(text);
        return text.indexOf("\r\n\r\n") + 4 + (told.find() ? Integer.parseInt(told.group(1)) : 0);
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** The same again, for as long as the sender takes it. */
    void forever(String text) throws IOException {
        byte[] bytes = text.repeat(Math.max(1, 4096 / text.length())).getBytes(ISO_8859_1);
        while (true) {
            socket.getOutputStream().write(bytes);
        }
    }

    /** The same again, at this pace, until the sender ends. */
    void drip(String text, int pauseMs) throws IOException {
        while (!endsWithin(pauseMs)) {
            send(text);
        }
    }

    /** FIN, or its like in TLS; reads on. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    void close() throws IOException {
        socket.close();
    }

    /** RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Does not even read until the test is over. */
    void ignore() throws IOException {
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private boolean endsWithin(int waitMs) throws IOException {
        try {
            return !read(waitMs);
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Whether the sender ended the connection, rather than this side or nobody. */
    boolean awaitEnd() throws IOException {
        try {
            while (read(SAFETY_MS)) {
                // counted
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private boolean read(int waitMs) throws IOException {
        socket.setSoTimeout(waitMs);
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[8192];
        int n = in.read(bytes);
        if (n > 0) {
            received.write(bytes, 0, n);
        }
        return n >= 0;
    }

    /** How many requests have begun to arrive. */
    int requests() {
        return received.toString(ISO_8859_1).split("POST /hook ", -1).length - 1;
    }
}
