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

/** Reads what the former owner of a partition left in its last commit. Any thread. */
final class CommittedProgress {
    private static final Logger log = LoggerFactory.getLogger(CommittedProgress.class);

    private CommittedProgress() {}

    /** @param committed null if the partition was never committed */
    static OpenOffsets openOffsets(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new OpenOffsets(0, OffsetMetadata.NOTHING);
        }
        Optional<OffsetMetadata> payload = TransactionalWriter.payload(committed.metadata())
                .or(() -> committed.metadata().isEmpty() ? Optional.of("") : Optional.empty())
                .flatMap(text -> OffsetMetadata.decode(RecentIdsMark.payload(text), committed.offset()));
        if (payload.isEmpty()) {
            log.error(
                    "{}: the commit metadata cannot be read, so deliveries from offset {} on are repeated",
                    partition,
                    committed.offset());
        }
        return new OpenOffsets(committed.offset(), payload.orElse(OffsetMetadata.NOTHING));
    }

    /** The lowest offset whose event id the former owner remembered; the committed offset if it remembered none. */
    static long lowestRememberedId(@Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return 0;
        }
        return RecentIdsMark.lowest(
                TransactionalWriter.payload(committed.metadata()).orElse(""), committed.offset());
    }
}
