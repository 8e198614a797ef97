package io.kurier.sender;

import java.util.ArrayList;
import java.util.List;

/** The exchanges that are under way, in no order. The event loop's. */
final class Exchanges {
    private final List<Exchange> all = new ArrayList<>();

    void add(Exchange exchange) {
        exchange.place = all.size();
        all.add(exchange);
    }

    /** The last one takes its place. */
    void remove(Exchange exchange) {
        Exchange last = all.remove(all.size() - 1);
        if (exchange.place < all.size()) {
            all.set(exchange.place, last);
            last.place = exchange.place;
        }
    }

    /** As of now: whatever is done with one of them may end or begin others. */
    List<Exchange> now() {
        return List.copyOf(all);
    }
}
