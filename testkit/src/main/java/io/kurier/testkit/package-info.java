/**
 * What tests of Kurier's parts stand on: a real broker, a real receiver, a clock that can jump, dead letters.
 *
 * <p>{@link io.kurier.testkit.BrokerFixture} is an embedded Kafka in a folder of its own;
 * {@link io.kurier.testkit.ManualClock} moves Kurier's clock and that broker's together, so six hours of waiting
 * are one line; {@link io.kurier.testkit.ScriptedReceiver} is the far end of a webhook, which remembers every
 * request and answers with {@link io.kurier.testkit.Answer}s, polite or hostile;
 * {@link io.kurier.testkit.DnsFixture} is a DNS server that changes its mind;
 * {@link io.kurier.testkit.DeadLetterLog} writes what workers and replays would to {@code dead-letters}. Everything here
 * is thread-safe unless it says otherwise.
 */
@NullMarked
package io.kurier.testkit;

import org.jspecify.annotations.NullMarked;
