/**
 * Fixtures for tests of Kurier's parts: {@link io.kurier.testkit.ScriptedReceiver} is the receiver of webhooks, which
 * records every request and sends {@link io.kurier.testkit.Answer}s, polite or hostile;
 * {@link io.kurier.testkit.DnsFixture} is a DNS server whose answers change; {@link io.kurier.testkit.DeadLetterLog}
 * writes to {@code dead-letters} as workers and replays do; {@link io.kurier.testkit.ManualProcessClock} is a process
 * clock that a test moves. The broker and the in-memory Kafka are in {@code io.kurier.testkit.kafka} of the module
 * kafka-testkit. Any thread unless a class says otherwise.
 */
@NullMarked
package io.kurier.testkit;

import org.jspecify.annotations.NullMarked;
