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

/** What the former owner of a partition left in its last commit. Any thread. */
final class CommittedProgress {
    private static final Logger log = LoggerFactory.getLogger(CommittedProgress.class);

    private CommittedProgress() {}

    /** @param committed null when nobody ever committed */
    static OpenOffsets left(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new OpenOffsets(0, OffsetMetadata.NOTHING);
        }
        Optional<OffsetMetadata> payload = TransactionalWriter.payload(committed.metadata())
                .or(() -> committed.metadata().isEmpty() ? Optional.of("") : Optional.empty())
                .flatMap(text -> OffsetMetadata.decode(RecentIdsMark.payload(text), committed.offset()));
        if (payload.isEmpty()) {
            log.error(
                    "{} has commit metadata nobody can read; everything from offset {} on is delivered again",
                    partition,
                    committed.offset());
        }
        return new OpenOffsets(committed.offset(), payload.orElse(OffsetMetadata.NOTHING));
    }

    /** From which offset on it remembered the ids of events; the committed one when it remembered none. */
    static long remembered(@Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return 0;
        }
        return RecentIdsMark.lowest(
                TransactionalWriter.payload(committed.metadata()).orElse(""), committed.offset());
    }
}
