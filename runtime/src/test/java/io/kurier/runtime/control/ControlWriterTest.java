package io.kurier.runtime.control;

import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_COMMITTED;
import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_NOT_COMMITTED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.runtime.FaultyClients;
import io.kurier.runtime.TestClock;
import io.kurier.runtime.TestKafkaClients;
import io.kurier.runtime.control.ControlWriter.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Writers of one control topic on one thread, with an in-memory Kafka, a clock and chance that the test decides. */
class ControlWriterTest {
    private static final String TOPIC = "words";
    private static final String KEY = "list";

    private final TestClock clock = new TestClock();
    private final TestKafkaClients kafka = new TestKafkaClients(clock);

    {
        kafka.createTopic(TOPIC, 1);
    }

    @AutoClose
    private final Replica first = new Replica(1);

    @AutoClose
    private final Replica second = new Replica(2);

    /** One process: its table and its writer. A value is a list of words; each change adds one. */
    private final class Replica implements AutoCloseable {
        final FaultyClients clients = new FaultyClients(kafka);
        private final ControlTables tables = new ControlTables(clients, clock);
        private final ControlTable<String> table = tables.table(TOPIC, (key, value) -> {
            if (value.length == 1 && value[0] == '?') {
                throw new IllegalStateException("sealed with another key");
            }
            return new String(value, UTF_8);
        });
        final ControlWriter writer;
        int decided;

        Replica(long seed) {
            tables.load();
            writer = new ControlWriter(clients, tables, TOPIC, clock, new Random(seed));
        }

        List<String> words() {
            return table.get(KEY).map(text -> List.of(text.split(" "))).orElse(List.of());
        }

        void add(String word) throws Exception {
            writer.write(KEY, () -> {
                decided++;
                List<String> words = new ArrayList<>(words());
                words.add(word);
                return String.join(" ", words).getBytes(UTF_8);
            });
        }

        @Override
        public void close() {
            writer.close();
            tables.close();
        }
    }

    private List<String> written() {
        return kafka.committed(new TopicPartition(TOPIC, 0)).stream()
                .map(record -> record.value() == null ? "deleted" : new String(record.value(), UTF_8))
                .toList();
    }

    @Test
    void aChangeIsInTheOwnTableWhenTheWriteReturns() throws Exception {
        first.add("a");
        first.add("b");

        assertThat(first.words()).containsExactly("a", "b");
        assertThat(first.clients.begun()).as("it took over once").isEqualTo(1);
        assertThat(second.words()).as("the other process has not read yet").isEmpty();
    }

    @Test
    void aFencedWriterTakesOverAgainAndDecidesOnTheOthersChange() throws Exception {
        first.add("a");
        second.add("b");
        first.add("c");

        assertThat(written()).containsExactly("a", "a b", "a b c");
        assertThat(first.clients.begun()).isEqualTo(2);
        assertThat(first.decided).as("the fenced try and the one that counted").isEqualTo(3);
    }

    @Test
    void aCommitWithAnUnknownOutcomeThatWentThroughIsNotRepeated() throws Exception {
        first.clients.onCommit(UNKNOWN_BUT_COMMITTED);

        first.add("a");

        assertThat(written()).containsExactly("a");
        assertThat(first.decided).isEqualTo(1);
    }

    @Test
    void aCommitWithAnUnknownOutcomeThatFailedIsDecidedAgain() throws Exception {
        first.clients.onCommit(UNKNOWN_BUT_NOT_COMMITTED);

        first.add("a");

        assertThat(written()).containsExactly("a");
        assertThat(first.decided).isEqualTo(2);
    }

    @Test
    void theSameChangeOfTwoWritersIsMadeTwice() throws Exception {
        boolean[] otherWrote = {false};

        first.writer.write(KEY, () -> {
            List<String> words = new ArrayList<>(first.words());
            words.add("x");
            if (!otherWrote[0]) {
                otherWrote[0] = true;
                writeAs(second, "x");
            }
            return String.join(" ", words).getBytes(UTF_8);
        });

        assertThat(written()).containsExactly("x", "x x");
    }

    private static void writeAs(Replica replica, String word) {
        try {
            replica.add(word);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void severalKeysAreWrittenTogetherOrNotAtAll() throws Exception {
        first.add("a");
        first.clients.onCommit(UNKNOWN_BUT_NOT_COMMITTED);

        first.writer.writeAll(() -> {
            Map<String, byte[]> values = new LinkedHashMap<>();
            values.put(KEY, null);
            values.put("other", "x".getBytes(UTF_8));
            return values;
        });

        assertThat(written()).containsExactly("a", "deleted", "x");
        assertThat(first.words()).isEmpty();
        assertThat(first.table.get("other")).contains("x");
    }

    @Test
    void aProcessThatCannotReadTheNewestValueDoesNotOverwriteIt() throws Exception {
        first.add("a");
        second.writer.write(KEY, () -> new byte[] {'?'});

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> first.add("b"))
                .withMessageContaining(KEY)
                .withMessageContaining(TOPIC);
        assertThat(written()).containsExactly("a", "?");

        first.writer.write(KEY, () -> null);
        first.add("c");
        assertThat(first.words())
                .as("a deletion needs no knowledge of the value")
                .containsExactly("c");
    }

    @Test
    void aWriteGivesUpAfterFifteenSecondsWithoutKafka() {
        first.clients.refuse();
        long before = clock.nanoTime();

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> first.add("a"))
                .withMessageContaining(TOPIC)
                .withRootCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);

        assertThat(Duration.ofNanos(clock.nanoTime() - before))
                .isBetween(Duration.ofSeconds(15), Duration.ofMillis(15_200));
        assertThat(first.decided).isZero();
        assertThat(written()).isEmpty();
    }

    @Test
    void anExceptionOfTheDecisionIsPassedOnAndNothingIsWritten() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> first.writer.write(KEY, () -> {
                    throw new IllegalStateException("no such webhook");
                }))
                .withMessage("no such webhook");

        assertThat(written()).isEmpty();
    }

    @Test
    void takingOverAnewMakesTheNextChangeFenceAndReadFirst() throws Exception {
        first.add("a");
        first.writer.takeOverAnew();
        first.add("b");

        assertThat(written()).containsExactly("a", "a b");
        assertThat(first.clients.begun()).isEqualTo(2);
    }
}
