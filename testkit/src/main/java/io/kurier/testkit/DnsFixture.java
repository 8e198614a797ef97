package io.kurier.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A DNS server on loopback that answers by script and records its questions, as an attacker's would. It speaks UDP
 * only. Every answer has a TTL of 0 seconds unless the script says otherwise; a name that is not scripted does not
 * exist.
 *
 * <p>It has one thread of its own; any thread may call any method.
 */
public final class DnsFixture implements AutoCloseable {
    private static final int MAX_PACKET = 65_507;

    /** One question: the name in lower case without its last dot, and A or AAAA. */
    public record Question(String name, String type) {}

    private record Script(Queue<DnsAnswer> next, DnsAnswer always) {}

    private final DatagramSocket socket;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::serve, "dns-fixture");

    private DnsFixture(DatagramSocket socket) {
        this.socket = socket;
    }

    /** Starts a server on a free port of loopback. */
    public static DnsFixture start() {
        try {
            DnsFixture fixture = new DnsFixture(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            fixture.thread.setDaemon(true);
            fixture.thread.start();
            return fixture;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /**
     * Sets the answers for a name.
     *
     * @param answers the first is for the first question of either type, and so on; the last one is used for all
     *     further questions
     */
    public void resolve(String name, DnsAnswer... answers) {
        if (answers.length == 0) {
            throw new IllegalArgumentException("no answer for " + name + ", expected at least one");
        }
        for (String type : List.of("A", "AAAA")) {
            scripts.put(
                    type + " " + name,
                    new Script(
                            new ConcurrentLinkedQueue<>(List.of(answers).subList(0, answers.length - 1)),
                            answers[answers.length - 1]));
        }
    }

    /** All questions so far, in order of arrival. */
    public List<Question> questions() {
        return List.copyOf(questions);
    }

    /** The number of questions for this name and type of record. */
    public long asked(String name, String type) {
        return questions.stream().filter(new Question(name, type)::equals).count();
    }

    private void serve() {
        byte[] buffer = new byte[MAX_PACKET];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
                if (answer.length > 0) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private byte[] answer(ByteBuffer query) {
        DnsMessage message = DnsMessage.read(query);
        String name = message.name().toLowerCase(Locale.ROOT);
        questions.add(new Question(name, message.type()));
        Script script = scripts.get(message.type() + " " + name);
        if (script == null) {
            return message.reply(DnsAnswer.noSuchName());
        }
        DnsAnswer next = script.next.poll();
        return message.reply(next == null ? script.always : next);
    }

    @Override
    public void close() {
        socket.close();
    }
}
