package io.kurier.sender;

import java.util.ArrayList;
import java.util.List;

/** The exchanges that have not ended, in no order. Event loop only. */
final class RunningExchanges {
    private final List<Exchange> all = new ArrayList<>();

    void add(Exchange exchange) {
        exchange.place = all.size();
        all.add(exchange);
    }

    /** Constant time: the last exchange moves to the free place. */
    void remove(Exchange exchange) {
        Exchange last = all.remove(all.size() - 1);
        if (exchange.place < all.size()) {
            all.set(exchange.place, last);
            last.place = exchange.place;
        }
    }

    /** A copy, because ending one exchange may end or begin others. */
    List<Exchange> copy() {
        return List.copyOf(all);
    }
}
