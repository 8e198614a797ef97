package io.kurier.scheduler.replay;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.ReplayOrder;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which dead letters a replay order is about. Pure. */
final class ReplayFilter {
    private final ReplayOrder order;
    private final Set<String> ids;

    ReplayFilter(ReplayOrder order) {
        this.order = order;
        this.ids = Set.copyOf(order.getIds());
    }

    boolean matches(DeadLetter letter) {
        DeadLetterEntry entry = letter.getEntry();
        return entry != null
                && order.getTenant().equals(letter.getTenant())
                && isOrAny(order.getWebhookId(), letter.getWebhookId())
                && isOrAny(order.getType(), entry.getDelivery().getEvent().getType())
                && isOrAny(order.getReason(), entry.getReason())
                && (order.getSinceMs() == null || letter.getAtMs() >= order.getSinceMs())
                && (order.getUntilMs() == null || letter.getAtMs() < order.getUntilMs())
                && (ids.isEmpty() || ids.contains(letter.getDeliveryId()));
    }

    private static boolean isOrAny(@Nullable String wanted, String found) {
        return wanted == null || wanted.equals(found);
    }
}
