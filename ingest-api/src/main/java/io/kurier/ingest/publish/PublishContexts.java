package io.kurier.ingest.publish;

import io.kurier.ingest.eventtypes.EventTypes;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the context of each publishing request. Any thread. */
public final class PublishContexts {
    private final LongSupplier webhooksOffset;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final int maxEventBytes;
    private final EventTypes types;
    private final AdHocReceivers receivers;
    private final FanOutLimit fanOut;

    /**
     * @param webhooksOffset the first offset of the topic {@code webhooks} that this process has not read
     * @param random for the ids of events; any thread may call it
     * @param maxEventBytes the largest data of an event, normalised, in bytes
     */
    public PublishContexts(
            LongSupplier webhooksOffset,
            InstantSource clock,
            RandomGenerator random,
            int maxEventBytes,
            EventTypes types,
            AdHocReceivers receivers,
            FanOutLimit fanOut) {
        this.webhooksOffset = webhooksOffset;
        this.clock = clock;
        this.random = random;
        this.maxEventBytes = maxEventBytes;
        this.types = types;
        this.receivers = receivers;
        this.fanOut = fanOut;
    }

    /** @param idempotencyKey null if the request has none */
    PublishContext of(String tenant, @Nullable String idempotencyKey) {
        return new PublishContext(
                tenant,
                webhooksOffset.getAsLong(),
                clock.millis(),
                random,
                maxEventBytes,
                idempotencyKey,
                types,
                receivers,
                fanOut);
    }
}
