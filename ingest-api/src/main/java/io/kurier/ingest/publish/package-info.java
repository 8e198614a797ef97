/**
 * {@code POST /events}: from a request body to events, and from events to the topic {@code events}. Holds quotas and the
 * appends that wait for Kafka. Event loops only; schema checks that take long run in a pool of their own.
 */
@NullMarked
package io.kurier.ingest.publish;

import org.jspecify.annotations.NullMarked;
