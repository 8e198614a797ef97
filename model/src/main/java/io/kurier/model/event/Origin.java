package io.kurier.model.event;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * What whoever brings an event adds to it.
 *
 * @param id makes that of an event that names none
 * @param at when it came, which stands for the time of an event that names none; its life is counted from here
 * @param maxBytes the largest data, normalised
 */
public record Origin(String tenant, Supplier<String> id, Instant at, int maxBytes) {}
