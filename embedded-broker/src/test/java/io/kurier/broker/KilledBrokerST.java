package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker in a process of its own is killed in the middle of writing, again and again. */
class KilledBrokerST {
    private static final int KILLS = 2;
    private static final int BEFORE_THE_KILL = 500;
    private static final int IN_FLIGHT = 100;

    @TempDir
    Path folder;

    @Test
    void everythingAcknowledgedSurvivesKillsOfTheProcess() throws Exception {
        String address = "127.0.0.1:" + FreePorts.take(1)[0];
        var probe = new BrokerProbe(address);
        var acknowledged = new ConcurrentLinkedQueue<String>();
        for (int round = 0; round < KILLS; round++) {
            Process broker = startChild(address);
            if (round == 0) {
                probe.createTopic("events");
            }
            writeAndKill(probe, broker, "round " + round, acknowledged);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * BEFORE_THE_KILL);
        try (var broker = EmbeddedBroker.start(folder, address, Map.of())) {
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            probe.writeAtOnce("events", "after");
            acknowledged.add("after");
            List<String> found = probe.readAsGroup("readers", "events", acknowledged.size());
            assertThat(found).containsAll(acknowledged).doesNotHaveDuplicates();
        }
    }

    /** The last records are in flight when the broker dies. */
    private static void writeAndKill(BrokerProbe probe, Process broker, String name, Queue<String> acknowledged)
            throws InterruptedException {
        Map<String, Object> impatient = Map.of("delivery.timeout.ms", 1000, "request.timeout.ms", 500);
        try (var producer = probe.producer(impatient)) {
            for (int i = 0; i < BEFORE_THE_KILL + IN_FLIGHT; i++) {
                String value = name + ", record " + i;
                producer.send(new ProducerRecord<>("events", value, value), (at, failure) -> {
                    if (failure == null) {
                        acknowledged.add(value);
                    }
                });
                if (i == BEFORE_THE_KILL) {
                    producer.flush();
                }
            }
            broker.destroyForcibly();
            assertThat(broker.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Returns when the child says that its broker serves. */
    private Process startChild(String address) throws IOException {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.toString(),
                        address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = child.inputReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.equals(BrokerProcess.READY)) {
                return child;
            }
        }
        throw new AssertionError("the child ended with " + child.exitValue());
    }
}
