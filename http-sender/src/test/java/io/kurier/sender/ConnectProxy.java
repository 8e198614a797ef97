package io.kurier.sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A forward proxy that does what it is asked for: CONNECT, to whatever address it is told. Remembers every request. */
final class ConnectProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    ConnectProxy() throws IOException {
        run(this::listen);
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "connect-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                run(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            String target = head.split(" ", 3)[1];
            int colon = target.lastIndexOf(':');
            try (Socket receiver =
                    new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
                sockets.add(receiver);
                client.getOutputStream()
                        .write("HTTP/1.1 200 Connection established\r\nvia: me\r\n\r\n".getBytes(ISO_8859_1));
                run(() -> pump(receiver, client));
                pump(client, receiver);
            }
        } catch (IOException e) {
            // the end of the connection
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the end instead of a request, after: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
        } catch (IOException e) {
            // one side's end is the other's
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Request lines with headers, one of each connection. */
    List<String> heads() {
        return heads;
    }

    /** Cuts every tunnel there is. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
