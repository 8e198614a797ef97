package io.kurier.systemtests;

import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka clients whose transactions meet one fault. Transactions are counted over all producers of the process,
 * because an unknown commit leads to a new producer. Transactions left open by a crash are aborted after 2 s instead
 * of 10 s.
 */
final class CrashingClients implements KafkaClients {
    static final int EXIT_CODE = 137;
    /** Printed when the commit is held back. */
    static final String HELD = "HELD";
    /** Printed when the held commit has been made after all. */
    static final String COMMITTED_LATE = "COMMITTED LATE";
    /** Printed when the commit's answer was withheld from the process. */
    static final String LOST = "LOST";
    /** Printed as the process dies, followed by the result of {@link #crashReport}. */
    static final String CRASH = "CRASH";

    static final String UNSETTLED = "unsettled=";
    private static final Map<String, Object> SHORT_TRANSACTIONS = Map.of(
            "transaction.timeout.ms", 2_000,
            "request.timeout.ms", 1_000,
            "delivery.timeout.ms", 1_800,
            "max.block.ms", 10_000,
            "linger.ms", 50);

    private final ConfiguredKafkaClients real;
    private final CrashPlan plan;
    private volatile Supplier<String> crashReport = () -> "";
    private int matching;
    private boolean over;

    CrashingClients(Map<String, String> client, CrashPlan plan) {
        this.real = new ConfiguredKafkaClients(client);
        this.plan = plan;
    }

    /** Sets the text that the process prints after {@link #CRASH} as it dies. */
    void crashReport(Supplier<String> words) {
        crashReport = words;
    }

    /** Counts one more transaction that writes to the plan's topic. */
    synchronized void matched() {
        matching++;
    }

    boolean isOfPlan(String topic) {
        return topic.endsWith(plan.topic());
    }

    /** Ends the process if the plan's point and transaction are reached. */
    void pass(CrashPoint point) {
        if (isDue(point)) {
            crash();
        }
    }

    /** Commits, or runs into the plan's fault at the commit. */
    void commit(Runnable commit) {
        if (isDue(CrashPoint.DURING_COMMIT)) {
            // long enough to write the request, too short to be sure of an answer
            CompletableFuture.runAsync(commit)
                    .completeOnTimeout(null, 2, TimeUnit.MILLISECONDS)
                    .join();
            crash();
        }
        if (isDue(CrashPoint.COMMIT_TIMEOUT_COMMITTED)) {
            commit.run();
            lose(CrashPoint.COMMIT_TIMEOUT_COMMITTED);
        }
        if (isDue(CrashPoint.COMMIT_TIMEOUT_NOT)) {
            lose(CrashPoint.COMMIT_TIMEOUT_NOT);
        }
        boolean held = isDue(CrashPoint.HELD_BEFORE_COMMIT);
        if (held) {
            hold();
        }
        commit.run();
        if (held) {
            System.out.println(COMMITTED_LATE);
        }
    }

    private synchronized void hold() {
        over = true;
        System.out.println(HELD);
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized boolean isDue(CrashPoint point) {
        return !over && point == plan.point() && matching >= plan.transaction();
    }

    private synchronized void lose(CrashPoint point) {
        over = true;
        System.out.println(LOST + " " + point);
        throw new TimeoutException("the test's fault at the commit: " + point);
    }

    private void crash() {
        System.out.println(CRASH + " " + crashReport.get());
        System.out.flush();
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
        return real.producer(overrides);
    }

    @Override
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        if (!plan.point().kills()) {
            return new CrashingProducer(real.transactionalProducer(transactionalId), this);
        }
        Map<String, Object> settings = new HashMap<>(SHORT_TRANSACTIONS);
        settings.put("transactional.id", transactionalId);
        return new CrashingProducer(real.producer(settings), this);
    }

    @Override
    public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
        return real.member(group, overrides);
    }

    @Override
    public Consumer<byte[], byte[]> reader() {
        return real.reader();
    }

    @Override
    public Admin admin() {
        return real.admin();
    }
}
