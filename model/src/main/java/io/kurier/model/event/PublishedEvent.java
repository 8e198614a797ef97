package io.kurier.model.event;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * An event that passed all checks.
 *
 * @param id event id ({@link io.kurier.model.Ids}), made of the publisher's own id if there is one
 * @param jobId the job; the event's id when it belongs to none
 * @param time to the microsecond
 * @param data normalised JSON
 * @param clientId whether the publisher chose the id, so that a second event with this id is a duplicate
 * @param expiresAtMs epoch milliseconds after which no attempt begins; 0 for never
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
