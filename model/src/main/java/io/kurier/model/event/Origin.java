package io.kurier.model.event;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * What the receiving process adds to an event.
 *
 * @param tenant the tenant whose event it is
 * @param id makes the id of an event whose publisher gave none
 * @param at time of arrival; the event's time if its publisher gave none, and the start of {@code expires_after}
 * @param maxBytes the largest data in bytes, after normalising
 */
public record Origin(String tenant, Supplier<String> id, Instant at, int maxBytes) {}
