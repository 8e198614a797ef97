/**
 * What happened to deliveries, as views over topics. So far one: {@link io.kurier.deliverylog.DeadLetterView}, which
 * reads {@code dead-letters} on a thread of its own and holds what is still dead, in memory, rebuilt at each start.
 */
@NullMarked
package io.kurier.deliverylog;

import org.jspecify.annotations.NullMarked;
