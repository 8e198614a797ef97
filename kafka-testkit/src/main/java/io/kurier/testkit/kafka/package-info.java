/**
 * Kafka for tests, without anything of Kurier: {@link io.kurier.testkit.kafka.BrokerFixture} is a real broker in a
 * folder of its own, {@link io.kurier.testkit.kafka.KafkaExtension} starts and closes it around a test class,
 * {@link io.kurier.testkit.kafka.InMemoryKafka} keeps topics, groups and transactions in memory and needs no thread,
 * {@link io.kurier.testkit.kafka.ManualClock} jumps together with a broker, {@link io.kurier.testkit.kafka.ManualTime}
 * stands still until a test moves it. Any thread unless a class says otherwise.
 */
@NullMarked
package io.kurier.testkit.kafka;

import org.jspecify.annotations.NullMarked;
