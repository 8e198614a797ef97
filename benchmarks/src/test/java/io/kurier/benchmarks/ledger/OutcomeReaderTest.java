package io.kurier.benchmarks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.benchmarks.ledger.OutcomeReader.JobOutcome;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeReaderTest {
    private final OutcomeReader reader = new OutcomeReader();

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void recordsThatKurierWritesAreDecoded(Outcome outcome) {
        assertThat(reader.read(record("bench-000000000042", outcome)))
                .isEqualTo(new JobOutcome(
                        "bench-000000000042", "wh_1", outcome, outcome == Outcome.FAILED ? "200" : null));
        assertThat(reader.read(record("b", outcome)))
                .isEqualTo(new JobOutcome("b", "wh_1", outcome, outcome == Outcome.FAILED ? "200" : null));
    }

    @Test
    void theFailureIsTheErrorOrElseTheStatus() {
        assertThat(reader.read(record("b", Outcome.FAILED, "timeout")).failure())
                .isEqualTo("timeout");
        assertThat(reader.read(record("b", Outcome.FAILED, null)).failure()).isEqualTo("200");
        assertThat(reader.read(record("b", Outcome.DELIVERED, null)).failure()).isNull();
    }

    @Test
    void aRecordOfAnotherSchemaIsRejected() {
        byte[] record = record("bench-000000000042", Outcome.DELIVERED);
        record[5]++;

        assertThatThrownBy(() -> reader.read(record)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.read(new byte[3])).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] record(String jobId, Outcome outcome) {
        return record(jobId, outcome, null);
    }

    private static byte[] record(String jobId, Outcome outcome, String error) {
        Attempt attempt = Attempt.newBuilder()
                .setDeliveryId("dlv_1")
                .setEventId("evt_1")
                .setTenant("default")
                .setWebhookId("wh_1")
                .setType("job.completed")
                .setJobId(jobId)
                .setRun(300)
                .setAttempt(1)
                .setOutcome(outcome)
                .setAtMs(1_700_000_000_000L)
                .setStatus(200)
                .setError(error)
                .build();
        return new RecordCodec<>(Attempt.class, new WriterSchemas()).encode(attempt);
    }
}
