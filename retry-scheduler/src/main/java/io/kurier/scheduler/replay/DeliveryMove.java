package io.kurier.scheduler.replay;

import io.kurier.schemas.ReplayFrom;

/** What a replay does with a delivery. */
enum DeliveryMove {
    /** A dead letter starts a new run, with a fresh schedule, in its webhook's lane. */
    REPLAY,
    /** A held delivery continues in its webhook's lane, with the run and the schedule it had. */
    RELEASE,
    /** A delivery that was held too long becomes a dead letter. */
    GIVE_UP;

    static DeliveryMove of(ReplayFrom from) {
        return from == ReplayFrom.HELD ? RELEASE : REPLAY;
    }
}
