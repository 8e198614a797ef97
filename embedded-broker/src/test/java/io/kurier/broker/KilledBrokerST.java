package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A broker in a process of its own is killed repeatedly while it writes. */
@Execution(ExecutionMode.CONCURRENT)
class KilledBrokerST {
    private static final int KILLS = 2;
    private static final int BEFORE_THE_KILL = 500;
    private static final int IN_FLIGHT = 100;
    private static final int WRITERS = 20;
    private static final Map<String, String> QUICK_ABORTS =
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedRecordSurvivesAKillOfTheProcess() throws Exception {
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

    /** A broker that lost the markers of a promised commit would hold back every committed read for ever. */
    @Test
    void aCommitPromisedBeforeAKillIsCompletedAfterIt() throws Exception {
        String address = "127.0.0.1:" + FreePorts.take(1)[0];
        var probe = new BrokerProbe(address);
        Process broker = startChild(address);
        probe.createTopic("events");
        Queue<String> committed = commitManyAndKill(probe, broker);
        assertThat(committed).isNotEmpty();
        try (var again = EmbeddedBroker.start(folder, "127.0.0.1:0", QUICK_ABORTS)) {
            var probeAgain = new BrokerProbe(again.bootstrapServers());
            String[] later = {"a", "b", "c", "d", "e", "f", "g", "h"};
            probeAgain.writeAtOnce("events", later);
            committed.addAll(List.of(later));
            List<String> found = probeAgain.readAsGroup("readers", "events", values -> values.containsAll(committed));
            assertThat(found).containsAll(committed).doesNotHaveDuplicates();
        }
    }

    /**
     * Many writers commit one transaction after another until the broker dies, so that some commits are promised but
     * not completed.
     */
    private static Queue<String> commitManyAndKill(BrokerProbe probe, Process broker) throws Exception {
        var committed = new ConcurrentLinkedQueue<String>();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        for (int i = 0; i < WRITERS; i++) {
            KafkaProducer<String, String> writer = probe.transactionalWriter("writer " + i);
            threads.execute(() -> commitUntilItFails(writer, committed));
        }
        while (committed.size() < BEFORE_THE_KILL) {
            assertThat(broker.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        broker.destroyForcibly();
        assertThat(broker.waitFor(10, TimeUnit.SECONDS)).isTrue();
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        return committed;
    }

    private static void commitUntilItFails(KafkaProducer<String, String> writer, Queue<String> committed) {
        try {
            while (true) {
                String value = UUID.randomUUID().toString();
                writer.beginTransaction();
                writer.send(new ProducerRecord<>("events", value, value));
                writer.commitTransaction();
                committed.add(value);
            }
        } catch (KafkaException e) {
            writer.close(Duration.ZERO);
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

    /** Returns once the child prints that its broker is ready. */
    private Process startChild(String address) throws IOException {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.toString(),
                        address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = child.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(BrokerProcess.READY)) {
                return child;
            }
        }
        throw new AssertionError("the broker's process ended with exit code " + child.exitValue());
    }
}
