package io.kurier.scheduler.replay;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a replay is to do, before its letters are known.
 *
 * @param progress as the former owner of the replay committed it; null before the first step
 * @param matches which entries the replay is about
 */
record ReplayPlan(
        String id,
        ReplayOrder order,
        @Nullable ReplayProgress progress,
        Predicate<DeadLetter> matches,
        DeliveryMove move) {
    /** Id of the internal replay that ends deliveries held too long. */
    static final String HELD_TOO_LONG = "held_too_long";

    private static final double GIVEN_UP_PER_SECOND = 1_000;

    static ReplayPlan of(String id, ReplayOrder order, @Nullable ReplayProgress progress) {
        return new ReplayPlan(id, order, progress, new ReplayFilter(order)::matches, DeliveryMove.of(order.getFrom()));
    }

    /** Gives up the deliveries of every tenant that have been held since before the given time. */
    static ReplayPlan givingUpHeld(long heldBeforeMs, long nowMs) {
        ReplayOrder order = ReplayOrder.newBuilder()
                .setTenant("")
                .setFrom(ReplayFrom.HELD)
                .setRatePerSecond(GIVEN_UP_PER_SECOND)
                .setCreatedAtMs(nowMs)
                .build();
        return new ReplayPlan(
                HELD_TOO_LONG,
                order,
                null,
                letter -> letter.getEntry() != null && letter.getAtMs() < heldBeforeMs,
                DeliveryMove.GIVE_UP);
    }

    /** Whether the plan comes from an order; only then is progress written to {@code replays}. */
    boolean isOrdered() {
        return move != DeliveryMove.GIVE_UP;
    }

    /** The end offsets that were fixed at the replay's start. */
    List<Long> endsOr(List<Long> ends) {
        return progress == null ? ends : progress.getEnds();
    }
}
