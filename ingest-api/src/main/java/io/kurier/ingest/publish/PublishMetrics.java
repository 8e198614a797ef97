package io.kurier.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of publishing. Any thread. */
public final class PublishMetrics {
    final Counter accepted;
    final Counter unavailable;
    final Counter overQuota;

    public PublishMetrics(MeterRegistry metrics) {
        this.accepted = Counter.builder("kurier.events.accepted")
                .description("Events stored by all in-sync replicas")
                .register(metrics);
        this.unavailable = Counter.builder("kurier.events.unavailable")
                .description("Events that Kafka did not confirm in time; their callers got a 503")
                .register(metrics);
        this.overQuota = Counter.builder("kurier.requests.over.quota")
                .description("Publishing requests refused because their tenant was over its quota of events per second")
                .register(metrics);
    }
}
