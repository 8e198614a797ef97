package io.kurier.benchmarks.ledger;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.wire.WriterSchemas;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the job, the webhook, the outcome and the cause of a failure from an {@link Attempt} in Avro's
 * single-object encoding, and skips the other fields: decoding them all would take CPU from the measured process. The
 * fields to skip follow from the schema. Not thread-safe.
 */
final class OutcomeReader {
    private static final int HEADER_BYTES = 10;

    private final byte[] header = headerOf(Attempt.getClassSchema());
    private final List<Outcome> outcomes =
            Attempt.getClassSchema().getField("outcome").schema().getEnumSymbols().stream()
                    .map(Outcome::valueOf)
                    .toList();
    private Utf8 jobId = new Utf8();
    private Utf8 webhookId = new Utf8();
    private BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(header, null);

    /**
     * @param record the bytes of one record
     * @throws IllegalArgumentException if the bytes are not an Attempt of this build's schema
     */
    JobOutcome read(byte[] record) {
        if (record.length < HEADER_BYTES || !Arrays.equals(record, 0, HEADER_BYTES, header, 0, HEADER_BYTES)) {
            throw new IllegalArgumentException(
                    "a record of the topic attempts is not a single-object encoded Attempt of this build");
        }
        decoder = DecoderFactory.get().binaryDecoder(record, HEADER_BYTES, record.length - HEADER_BYTES, decoder);
        try {
            return decode();
        } catch (IOException e) {
            throw new IllegalArgumentException("a record of the topic attempts is truncated", e);
        }
    }

    private JobOutcome decode() throws IOException {
        Outcome outcome = Outcome.UNKNOWN;
        String failure = null;
        for (Schema.Field field : Attempt.getClassSchema().getFields()) {
            switch (field.name()) {
                case "webhook_id" -> webhookId = decoder.readString(webhookId);
                case "job_id" -> jobId = decoder.readString(jobId);
                case "outcome" -> outcome = outcomes.get(decoder.readEnum());
                case "status" -> failure = decoder.readIndex() == 0 ? null : Integer.toString(decoder.readInt());
                case "error" -> failure = decoder.readIndex() == 0 ? failure : decoder.readString();
                default -> skip(field.schema());
            }
            if (field.name().equals("error") || (field.name().equals("outcome") && outcome != Outcome.FAILED)) {
                break;
            }
        }
        return new JobOutcome(jobId.toString(), webhookId.toString(), outcome, failure);
    }

    private void skip(Schema schema) throws IOException {
        switch (schema.getType()) {
            case STRING -> decoder.skipString();
            case INT -> decoder.readInt();
            case LONG -> decoder.readLong();
            default -> throw new IllegalStateException("cannot skip a field of type " + schema.getType());
        }
    }

    private static byte[] headerOf(Schema schema) {
        long fingerprint = WriterSchemas.fingerprint(schema);
        byte[] header = new byte[HEADER_BYTES];
        header[0] = (byte) 0xC3;
        header[1] = 0x01;
        for (int i = 2; i < HEADER_BYTES; i++) {
            header[i] = (byte) fingerprint;
            fingerprint >>>= 8;
        }
        return header;
    }

    /**
     * The outcome of a job's event at one webhook.
     *
     * @param failure the kind of error of a failed request, or its status if it has no error; null for every other
     *     outcome
     */
    record JobOutcome(
            String jobId,
            String webhookId,
            Outcome outcome,
            @Nullable String failure) {}
}
