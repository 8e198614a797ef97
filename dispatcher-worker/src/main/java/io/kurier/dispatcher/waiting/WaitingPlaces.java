package io.kurier.dispatcher.waiting;

import java.util.List;

/** The list of every place where deliveries wait in this worker's memory. Event loop only. */
public final class WaitingPlaces {
    private final List<WaitingPlace> places;

    /** @param places in the order in which they are woken: a delivery that leaves one may join a later one */
    public WaitingPlaces(List<WaitingPlace> places) {
        this.places = List.copyOf(places);
    }

    /** Wakes every place; see {@link WaitingPlace#wake}. */
    public void wake() {
        for (WaitingPlace place : places) {
            place.wake();
        }
    }

    /** How many deliveries wait now, by reason. */
    public WaitCounts count() {
        WaitCounts counts = new WaitCounts();
        for (WaitingPlace place : places) {
            place.countInto(counts);
        }
        return counts;
    }
}
