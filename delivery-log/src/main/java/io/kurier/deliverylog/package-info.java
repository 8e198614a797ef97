/**
 * Views over topics that show what happened to deliveries and records: {@link io.kurier.deliverylog.DeadLetterView}
 * lists the deliveries that are dead now, {@link io.kurier.deliverylog.QuarantineView} the records that could not be
 * read. Each view reads its topic from the beginning at every start, on a thread of its own, and holds a bounded list
 * in memory. It writes nothing. Any thread may query it.
 */
@NullMarked
package io.kurier.deliverylog;

import org.jspecify.annotations.NullMarked;
