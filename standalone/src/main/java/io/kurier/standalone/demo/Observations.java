package io.kurier.standalone.demo;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the publisher sent, what the receivers got and what the topic {@code attempts} records, each
 * independently. Any thread.
 */
final class Observations {
    /** Bound of the collected entries: {@code --keep} may run for days. */
    private static final int MAX_ENTRIES = 100_000;

    private record Key(String deliveryId, int attempt) {}

    private final Map<String, Long> sentAtMs = new HashMap<>();
    private final Set<String> acceptedEvents = new HashSet<>();
    private final List<ReceivedDelivery> arrivals = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Map<Key, ReceivedDelivery> arrivalsByKey = new HashMap<>();
    private final Map<Key, Attempt> attemptsByKey = new HashMap<>();

    /** The publisher is about to send an event from which this delivery follows. */
    synchronized void sent(String deliveryId, long nowMs) {
        sentAtMs.put(deliveryId, nowMs);
    }

    synchronized void accepted(List<String> eventIds) {
        acceptedEvents.addAll(eventIds);
    }

    synchronized void arrived(ReceivedDelivery arrival) {
        if (arrivals.size() < MAX_ENTRIES) {
            arrivals.add(arrival);
            arrivalsByKey.put(new Key(arrival.deliveryId(), arrival.attempt()), arrival);
        }
    }

    synchronized void attempted(Attempt attempt) {
        if (attempts.size() < MAX_ENTRIES) {
            attempts.add(attempt);
            if (isRequest(attempt)) {
                attemptsByKey.put(new Key(attempt.getDeliveryId(), attempt.getAttempt()), attempt);
            }
        }
    }

    /** @return whether the record stands for a request, and not for a decision without one */
    static boolean isRequest(Attempt attempt) {
        Outcome outcome = attempt.getOutcome();
        return outcome == Outcome.DELIVERED || outcome == Outcome.FAILED || outcome == Outcome.DEAD;
    }

    synchronized @Nullable ReceivedDelivery arrival(String deliveryId, int attempt) {
        return arrivalsByKey.get(new Key(deliveryId, attempt));
    }

    /** @return the attempt before this one, if the topic has it already */
    synchronized @Nullable Attempt before(String deliveryId, int attempt) {
        return attemptsByKey.get(new Key(deliveryId, attempt - 1));
    }

    synchronized @Nullable Long sentAtMs(String deliveryId) {
        return sentAtMs.get(deliveryId);
    }

    synchronized Map<String, Long> allSent() {
        return Map.copyOf(sentAtMs);
    }

    synchronized Set<String> acceptedEvents() {
        return Set.copyOf(acceptedEvents);
    }

    synchronized List<ReceivedDelivery> arrivals() {
        return List.copyOf(arrivals);
    }

    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    synchronized int count(String receiver, boolean accepted) {
        return (int) arrivals.stream()
                .filter(arrival -> arrival.receiver().equals(receiver) && arrival.accepted() == accepted)
                .count();
    }

    synchronized int count(Outcome outcome) {
        return (int) attempts.stream()
                .filter(attempt -> attempt.getOutcome() == outcome)
                .count();
    }
}
