package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.retry.RetryTiers;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.testkit.kafka.BrokerFixture;
import io.kurier.testkit.Received;
import io.kurier.testkit.ScriptedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A million deliveries wait while others become due; scheduler and worker have 256 MiB of heap each. */
@Tag("long")
class BacklogST {
    private static final String TIERS = "1s 5s 30s 2m 10m 1h 6h";
    private static final int WAITING = 1_000_000;
    private static final int DUE = 600;

    private final Random random = new Random(1);

    @Test
    void dueDeliveriesAreOnTimeWhileAMillionWait() throws Exception {
        try (BrokerFixture broker = CrashTestBroker.start();
                TestInstallation installation = new TestInstallation(broker, Map.of("KURIER_RETRY_TIERS", TIERS));
                ScriptedReceiver receiver = ScriptedReceiver.start();
                ChildProcess worker = installation.clean(PartProcess.DISPATCHER);
                ChildProcess scheduler = installation.clean(PartProcess.SCHEDULER)) {
            String webhook = installation
                    .registerWebhooks(List.of(receiver.url("/hook")), List.of())
                    .get(0)
                    .id();
            worker.begin();
            scheduler.begin();
            for (int written = 0; written < WAITING; written += 50_000) {
                write(installation, webhook, 50_000, "wait", Duration.ofHours(3), Duration.ofHours(9));
            }
            Map<String, Long> due =
                    write(installation, webhook, DUE, "due", Duration.ofSeconds(3), Duration.ofSeconds(63));

            List<Received> arrived = receiver.awaitRequests("/hook", DUE, Duration.ofSeconds(120));

            List<Long> lateMs = arrived.stream()
                    .map(request -> request.arrivedAtEpochMs()
                            - due.get(request.header("webhook-id").orElseThrow()))
                    .sorted()
                    .toList();
            System.out.println("late p50 " + lateMs.get(DUE / 2) + " ms, p99 " + lateMs.get(DUE * 99 / 100)
                    + " ms, max " + lateMs.get(DUE - 1) + " ms while " + WAITING + " wait");
            assertThat(lateMs).as("early").allMatch(late -> late >= 0);
            assertThat(receiver.requestCount()).isEqualTo(DUE);
            worker.assertAlive();
            scheduler.assertAlive();
        }
    }

    /**
     * Writes deliveries into the tiers in which they would wait had they just failed.
     *
     * @return due time by delivery id, epoch milliseconds
     */
    private Map<String, Long> write(
            TestInstallation installation, String webhook, int count, String job, Duration from, Duration to) {
        RecordCodec<Delivery> codec = installation.runtime.codec(Delivery.class);
        RetryTiers tiers = RetryTiers.parse(TIERS);
        Map<String, Long> due = new HashMap<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Event event : installation.events(count, 1_000)) {
            event.setJobId(job + event.getJobId());
            long nowMs = System.currentTimeMillis();
            long dueAtMs = nowMs + random.nextLong(from.toMillis(), to.toMillis());
            String id = Ids.delivery(event.getId(), webhook);
            Delivery delivery = new Delivery(id, event, webhook, 0, 1, 1, dueAtMs, Waiting.RETRY, 0L, false);
            String tier = tiers.next(nowMs, dueAtMs).orElseThrow().name();
            records.add(new ProducerRecord<>(
                    installation.runtime.topics().retry(tier),
                    TestInstallation.bytes(webhook),
                    codec.encode(delivery)));
            due.put(id, dueAtMs);
        }
        installation.write(records);
        return due;
    }
}
