package io.kurier.model.event;

import java.time.Instant;

/**
 * What whoever brings an event adds to it.
 *
 * @param id of an event that names none: the same whenever the same record is read again
 * @param at when it came, which stands for the time of an event that names none; its life is counted from here
 * @param maxBytes the largest data, normalised
 */
public record Origin(String tenant, String id, Instant at, int maxBytes) {}
