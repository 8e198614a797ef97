package io.kurier.dispatcher.intake;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.RecentIdsMark;
import io.kurier.runtime.transactions.TransactionalWriter;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the progress that the former owner of a partition left in its last commit. Any thread. */
final class CommittedProgress {
    private static final Logger log = LoggerFactory.getLogger(CommittedProgress.class);

    private CommittedProgress() {}

    /** @param committed null if the partition was never committed */
    static OpenOffsets openOffsets(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new OpenOffsets(0, OffsetMetadata.NOTHING);
        }
        Optional<OffsetMetadata> metadata = TransactionalWriter.payload(committed.metadata())
                .or(() -> committed.metadata().isEmpty() ? Optional.of("") : Optional.empty())
                .flatMap(text -> OffsetMetadata.decode(RecentIdsMark.withoutMark(text), committed.offset()));
        if (metadata.isEmpty()) {
            log.error(
                    "{}: the commit metadata cannot be read, expected a string that a Kurier worker wrote."
                            + " Deliveries of all records from offset {} on are repeated.",
                    partition,
                    committed.offset());
        }
        return new OpenOffsets(committed.offset(), metadata.orElse(OffsetMetadata.NOTHING));
    }

    /**
     * The lowest offset whose event id the former owner remembered.
     *
     * @param committed null if the partition was never committed
     * @return the committed offset if it remembered none; 0 if there is no commit
     */
    static long lowestRememberedId(@Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return 0;
        }
        return RecentIdsMark.lowest(
                TransactionalWriter.payload(committed.metadata()).orElse(""), committed.offset());
    }
}
