package io.kurier.runtime.control;

import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_COMMITTED;
import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_NOT_COMMITTED;
import static io.kurier.runtime.TestKafka.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kurier.runtime.FaultyClients;
import io.kurier.runtime.TestKafka;
import io.kurier.runtime.control.ControlWriter.UnavailableException;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.testkit.kafka.KafkaExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ControlWriterIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private final TestKafka kafka = new TestKafka(KAFKA.broker());
    private static final String KEY = "list";
    private static final byte UNUSABLE = '?';
    private static final byte GARBAGE = '!';

    private final String topic = kafka.unique("control");
    private Replica first;
    private Replica second;

    @BeforeEach
    void start() throws Exception {
        KAFKA.broker().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        first = new Replica(kafka, topic);
        second = new Replica(kafka, topic);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    /** One process: its table of the topic and its writer. A value is a list of words; each change adds one. */
    private static final class Replica implements AutoCloseable {
        final FaultyClients clients;
        final AtomicInteger decided = new AtomicInteger();
        /** Blocks the table before it applies a record. */
        volatile CountDownLatch gate = new CountDownLatch(0);

        final AtomicInteger waiting = new AtomicInteger();
        private final ControlTables tables;
        private final ControlTable<String> table;
        final ControlWriter writer;

        Replica(TestKafka kafka, String topic) {
            clients = new FaultyClients(kafka.clients());
            tables = new ControlTables(clients, ProcessClock.system());
            table = tables.table(topic, (key, value) -> {
                waiting.incrementAndGet();
                gate.await();
                if (value.length > 0 && value[0] == UNUSABLE) {
                    throw new IllegalStateException("sealed by a key that is not here");
                }
                if (value.length > 0 && value[0] == GARBAGE) {
                    throw new UnreadableRecordException("no record at all", null);
                }
                return new String(value, UTF_8);
            });
            tables.start();
            writer = new ControlWriter(clients, tables, topic);
        }

        List<String> words() {
            return table.get(KEY).map(text -> List.of(text.split(" "))).orElse(List.of());
        }

        void add(String word) throws Exception {
            writer.write(KEY, () -> {
                decided.incrementAndGet();
                List<String> words = new ArrayList<>(words());
                words.add(word);
                return String.join(" ", words).getBytes(UTF_8);
            });
        }

        /** Repeats an unconfirmed change until it is in the table, as a caller may. */
        void addHoweverLong(String word) throws Exception {
            while (!words().contains(word)) {
                try {
                    add(word);
                } catch (UnavailableException fencedTooOften) {
                    assertThat(fencedTooOften).hasMessageContaining("control");
                }
            }
        }

        @Override
        public void close() {
            writer.close();
            tables.close();
        }
    }

    @Test
    void aWriteIsInTheOwnTableWhenItReturns() throws Exception {
        for (int i = 0; i < 20; i++) {
            first.add("w" + i);
            assertThat(first.words()).hasSize(i + 1).endsWith("w" + i);
        }
        assertThat(first.clients.begun()).as("it stays the writer").isEqualTo(1);
    }

    @Test
    void aWriterThatWasFencedTakesOverAgainAndDecidesOnWhatTheOtherWrote() throws Exception {
        first.add("a");
        second.add("b");
        first.add("c");
        second.add("d");

        assertThat(second.words()).containsExactly("a", "b", "c", "d");
        assertThat(kafka.committedValues(topic)).containsExactly("a", "a b", "a b c", "a b c d");
        assertThat(first.clients.begun()).isEqualTo(2);
        assertThat(second.clients.begun()).isEqualTo(2);
    }

    /** Its table still has the older value; a decision on that would undo the other's change. */
    @Test
    void whoCannotReadTheNewestValueDoesNotChangeIt() throws Exception {
        first.add("a");
        second.writer.write(KEY, () -> new byte[] {UNUSABLE});

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> first.add("b"))
                .withMessageContaining(KEY + " in " + topic)
                .withMessageContaining("not usable");
        assertThat(kafka.committedValues(topic)).containsExactly("a", "?");

        first.writer.write(KEY, () -> null);
        first.add("c");
        assertThat(first.words()).containsExactly("c");
    }

    @Test
    void whatNobodyCanReadIsChangedFromTheValueBefore() throws Exception {
        first.add("a");
        second.writer.write(KEY, () -> new byte[] {GARBAGE});

        first.add("b");

        assertThat(first.words()).containsExactly("a", "b");
        assertThat(kafka.committedValues(topic)).containsExactly("a", "!", "a b");
    }

    @Test
    void severalKeysAreChangedTogetherOrNotAtAll() throws Exception {
        first.add("a");
        first.clients.onCommit(UNKNOWN_BUT_COMMITTED);
        first.writer.writeAll(() -> {
            Map<String, byte[]> values = new LinkedHashMap<>();
            if (!first.words().isEmpty()) {
                values.put(KEY, null);
                values.put("other", "x".getBytes(UTF_8));
            }
            return values;
        });
        assertThat(first.words()).isEmpty();
        assertThat(first.table.get("other")).contains("x");
        assertThat(kafka.committedValues(topic))
                .as("decided again, and nothing left to do")
                .hasSize(3);
        first.writer.writeAll(Map::of);
        second.add("b");
        assertThat(second.words()).containsExactly("b");
    }

    @Test
    void changesFromBothAtOnceLoseNothing() throws Exception {
        int each = 12;
        var threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (Replica replica : List.of(first, second)) {
                String name = replica == first ? "a" : "b";
                work.add(() -> {
                    for (int i = 0; i < each; i++) {
                        replica.addHoweverLong(name + i);
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        List<String> values = kafka.committedValues(topic);
        List<String> words = List.of(values.get(values.size() - 1).split(" "));
        assertThat(words).hasSize(2 * each).doesNotHaveDuplicates();
        assertThat(words.stream().filter(word -> word.startsWith("a"))).isSortedAccordingTo(byNumber());
        assertThat(words.stream().filter(word -> word.startsWith("b"))).isSortedAccordingTo(byNumber());
        for (int i = 1; i < values.size(); i++) {
            assertThat(values.get(i)).as("built on what stood before").startsWith(values.get(i - 1) + " ");
        }
    }

    @Test
    void anothersEqualChangeIsNotTakenForOnesOwn() throws Exception {
        AtomicBoolean othersComesFirst = new AtomicBoolean(true);

        first.writer.write(KEY, () -> {
            List<String> words = new ArrayList<>(first.words());
            words.add("x");
            if (othersComesFirst.getAndSet(false)) {
                assertThat(catchThrowable(() -> second.add("x"))).isNull();
            }
            return String.join(" ", words).getBytes(UTF_8);
        });

        assertThat(kafka.committedValues(topic)).containsExactly("x", "x x");
    }

    private static java.util.Comparator<String> byNumber() {
        return java.util.Comparator.comparingInt(word -> Integer.parseInt(word.substring(1)));
    }

    @Test
    void aWriterThatDidNotReadBackItsChangeDecidesTheNextOnAWholeTable() throws Exception {
        first.add("a");
        first.gate = new CountDownLatch(1);
        int before = first.waiting.get();
        AtomicReference<Throwable> met = new AtomicReference<>();
        Thread impatient = new Thread(() -> met.set(catchThrowable(() -> first.add("b"))));
        impatient.start();
        await().atMost(PATIENCE).until(() -> first.waiting.get() > before);
        impatient.interrupt();
        impatient.join();
        assertThat(met.get()).isInstanceOf(InterruptedException.class);

        Thread next = new Thread(() -> met.set(catchThrowable(() -> first.add("c"))));
        next.start();
        await("it decides, or takes over and waits for its table")
                .atMost(PATIENCE)
                .until(() -> first.decided.get() > 2 || first.clients.begun() > 1);
        first.gate.countDown();
        next.join();

        assertThat(met.get()).isNull();
        assertThat(kafka.committedValues(topic)).containsExactly("a", "a b", "a b c");
    }

    @Test
    void anUnknownOutcomeThatWentThroughIsNotDoubled() throws Exception {
        first.clients.onCommit(UNKNOWN_BUT_COMMITTED);

        first.add("a");

        assertThat(kafka.committedValues(topic)).containsExactly("a");
        assertThat(first.decided).hasValue(1);
        assertThat(first.words()).containsExactly("a");
    }

    @Test
    void anUnknownOutcomeThatDidNotGoThroughIsDecidedAgain() throws Exception {
        first.clients.onCommit(UNKNOWN_BUT_NOT_COMMITTED);

        first.add("a");

        assertThat(kafka.committedValues(topic)).containsExactly("a");
        assertThat(first.decided).hasValue(2);
    }

    @Test
    void whatDecidingThrowsIsPassedOnAndNothingIsWritten() throws Exception {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> first.writer.write(KEY, () -> {
                    throw new IllegalStateException("no such webhook");
                }))
                .withMessage("no such webhook");
        assertThat(kafka.committedValues(topic)).isEmpty();

        first.add("a");
        assertThat(kafka.committedValues(topic)).containsExactly("a");
    }

    @Test
    void aNullValueDeletes() throws Exception {
        first.add("a");
        first.writer.write(KEY, () -> null);

        assertThat(first.words()).isEmpty();
        assertThat(kafka.committedValues(topic)).containsExactly("a", "deleted");
    }

    @Test
    void aKafkaThatTakesNoChangeIsSaidSo() {
        first.clients.refuse();

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> first.add("a"))
                .withMessageContaining(topic);
        assertThat(kafka.committedValues(topic)).isEmpty();
        assertThat(first.words()).isEmpty();
    }
}
