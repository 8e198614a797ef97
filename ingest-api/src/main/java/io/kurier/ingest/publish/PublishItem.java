package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import io.kurier.schemas.Event;

/** One event of a publishing request: well-formed, or refused. */
sealed interface PublishItem {
    record Accepted(Event event) implements PublishItem {}

    record Refused(Problem problem) implements PublishItem {}

    /** The same as the item of an array, whose problem names its place there. */
    default PublishItem at(int index) {
        return this instanceof Refused refused ? new Refused(refused.problem().in("[" + index + "]")) : this;
    }
}
