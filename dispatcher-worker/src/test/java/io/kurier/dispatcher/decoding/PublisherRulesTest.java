package io.kurier.dispatcher.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.EventRules;
import io.kurier.runtime.kafka.EventEncoding;
import io.kurier.schemas.Event;
import io.kurier.schemas.publisher.OutgoingEvent;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * {@link OutgoingEvent#refusal()} of the client library and {@link EventCheck} of the worker decide alike. Both use
 * {@link EventRules}; the tests below name the only differences.
 */
class PublisherRulesTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int RUNS = 20_000;
    private static final List<String> PIECES = List.of(
            "{", "}", "[", "]", "\"a\"", ":", ",", "1", "-", "0", ".", "e", "+", "true", "null", "\"", "\\u00e9",
            "\\ud800", "\\", " ", "\n", "\t", "\u0001", "\uFEFF", "é", "😀", "/", "NaN", "'");

    private static boolean isRead(OutgoingEvent event) {
        try {
            EventCheck.check(Event.newBuilder()
                    .setId(event.id())
                    .setTenant("acme")
                    .setType(event.type())
                    .setJobId(event.jobId())
                    .setTime(event.time())
                    .setData(ByteBuffer.wrap(event.data().getBytes(UTF_8)))
                    .build());
            return true;
        } catch (UnreadableRecordException e) {
            return false;
        }
    }

    private static void agree(OutgoingEvent event) {
        assertThat(event.refusal().isEmpty())
                .as(
                        "seed %d, %s",
                        SEED,
                        event.toString()
                                .substring(0, Math.min(400, event.toString().length())))
                .isEqualTo(isRead(event));
    }

    private static void agree(String data) {
        agree(OutgoingEvent.of("a", "j", data));
    }

    @Test
    void onTypesAndJobs() {
        for (String text : List.of(
                "",
                "a",
                "job.completed",
                "job completed",
                "a.",
                ".a",
                "a..b",
                "a-b",
                "-",
                "a_",
                "É",
                "a\n",
                "A9",
                "a.b\u0000")) {
            agree(OutgoingEvent.of(text, "j", "1"));
            agree(OutgoingEvent.of("a", text, "1"));
            agree(OutgoingEvent.of("a", "j", "1").withId(text));
        }
        for (int length : new int[] {128, 129, 256, 257}) {
            agree(OutgoingEvent.of("a".repeat(length), "j", "1"));
            agree(OutgoingEvent.of("a", "é".repeat(length), "1"));
        }
    }

    @Test
    void onTimes() {
        for (String time : List.of(
                "1969-12-31T23:59:59.999999Z",
                "1970-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999Z",
                "+10000-01-01T00:00:00Z",
                "+294247-01-10T04:00:54.775807Z")) {
            agree(OutgoingEvent.of("a", "j", "1").at(Instant.parse(time)));
        }
    }

    @Test
    void onData() {
        for (int n : new int[] {99, 100, 101}) {
            agree("[".repeat(n) + "]".repeat(n));
            agree("{\"a\":".repeat(n) + "1" + "}".repeat(n));
        }
        for (int n : new int[] {999, 1_000, 1_001}) {
            agree("1".repeat(n));
            agree("[-" + "1".repeat(n) + "]");
            agree("0." + "1".repeat(n));
            agree("1e" + "0".repeat(n));
        }
        for (int n : new int[] {3 * 1024 * 1024 - 2, 3 * 1024 * 1024 - 1}) {
            agree('"' + "x".repeat(n) + '"');
        }
        agree("[" + "1e20,".repeat(200_000) + "1]"); // 1 MB, and 4 MB once it is normalised
        agree("{\"" + "n".repeat(60_000) + "\":1}");
        agree('"' + "é😀".repeat(10_000) + '"');
        for (String text :
                List.of("", " ", "1 2", "{}{}", "1.", "1.e1", "1e", "-", "01", "+1", ".5", "{\"a\":1,\"a\":2}")) {
            agree(text);
        }
    }

    @Test
    void onAnyText() {
        Random random = new Random(SEED);
        int read = 0;
        for (int i = 0; i < RUNS; i++) {
            StringBuilder data = new StringBuilder();
            for (int left = 1 + random.nextInt(8); left > 0; left--) {
                data.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            agree(data.toString());
            read += OutgoingEvent.of("a", "j", data.toString()).refusal().isEmpty() ? 1 : 0;
        }
        assertThat(read).as("of %d, seed %d", RUNS, SEED).isGreaterThan(RUNS / 100);
    }

    @Test
    void onHeadersThatMakeAnotherRecordOfIt() {
        OutgoingEvent event = OutgoingEvent.of("a", "j", "1");
        for (String[] header : new String[][] {
            {"content-type", "application/json"},
            {"content-type", "application/avro"},
            {"content-type", "application/cloudevents+json"},
            {"content-type", "Application/CloudEvents-batch+json; charset=utf-8"},
            {"ce_specversion", ""},
            {"ce_specversion", "1.0"},
            {"ce_type", "a"},
            {"Content-Type", "application/cloudevents+json"}
        }) {
            for (byte[] value : new byte[][] {{(byte) 0xC3, 1, 0}, {0, 0, 0, 0, 1, 0}}) {
                ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("k.events", 0, 0, null, value);
                record.headers().add(header[0], header[1].getBytes(UTF_8));
                EventEncoding form = EventEncoding.of(record);
                assertThat(event.withHeader(header[0], header[1]).refusal().isEmpty())
                        .as("%s: %s", header[0], header[1])
                        .isEqualTo(form == EventEncoding.AVRO || form == EventEncoding.FRAMED);
            }
        }
    }

    /** A worker measures data once it is normalised, which a publisher leaves to it. */
    @Test
    void aPublishersBoundIsOnTheTextAsItIs() {
        OutgoingEvent padded = OutgoingEvent.of("a", "j", " ".repeat(EventRules.MAX_DATA_BYTES) + "1");
        assertThat(padded.refusal()).hasValueSatisfying(why -> assertThat(why)
                .isEqualTo("data has 3145729 bytes, expected at most 3145728"));
        assertThat(isRead(padded)).isTrue();
    }

    /** UTF-8 has nothing for half a pair: a worker would read another text than the publisher wrote. */
    @Test
    void halfACharacterIsThePublishersToRefuse() {
        assertThat(OutgoingEvent.of("a", "j\ud800", "1").refusal()).isPresent();
        assertThat(OutgoingEvent.of("a", "j", "1").withId("\udc00").refusal()).isPresent();
        assertThat(OutgoingEvent.of("a", "j", "\"\ud800x\"").refusal()).isPresent();
        assertThat(OutgoingEvent.of("a", "j", "\"\ud83d\ude00\"").refusal()).isEmpty();
    }
}
