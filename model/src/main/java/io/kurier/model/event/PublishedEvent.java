package io.kurier.model.event;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * An event whose every field is as it should be.
 *
 * @param clientId whether the publisher chose the id, so that another event may have it too and be a repetition
 * @param data normalised JSON
 * @param expiresAtMs epoch milliseconds; 0: never
 */
public record PublishedEvent(
        String id,
        String tenant,
        String type,
        String jobId,
        Instant time,
        ByteBuffer data,
        boolean clientId,
        long expiresAtMs) {}
