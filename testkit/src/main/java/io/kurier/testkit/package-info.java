/**
 * What tests of Kurier's parts stand on: a real broker, a real receiver, a clock that can jump.
 *
 * <p>{@link io.kurier.testkit.BrokerFixture} is an embedded Kafka in a folder of its own;
 * {@link io.kurier.testkit.ManualClock} moves Kurier's clock and that broker's together, so six hours of waiting
 * are one line. Everything here is thread-safe unless it says otherwise.
 */
@NullMarked
package io.kurier.testkit;

import org.jspecify.annotations.NullMarked;
