package io.kurier.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * A real producer that reports each step of its transaction to {@link CrashingClients}, once the broker has
 * everything before it.
 */
final class CrashingProducer implements Producer<byte[], byte[]> {
    private final Producer<byte[], byte[]> real;
    private final CrashingClients faults;
    private boolean matches;

    CrashingProducer(Producer<byte[], byte[]> real, CrashingClients faults) {
        this.real = real;
        this.faults = faults;
    }

    @Override
    public void initTransactions() {
        real.initTransactions();
    }

    @Override
    public void beginTransaction() {
        faults.pass(CrashPoint.BEFORE_BEGIN);
        matches = false;
        real.beginTransaction();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return send(record, null);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        Future<RecordMetadata> sent = real.send(record, callback);
        if (faults.isOfPlan(record.topic())) {
            if (!matches) {
                matches = true;
                faults.matched();
            }
            flushAndPass(CrashPoint.AFTER_FIRST_SEND);
        }
        return sent;
    }

    private void flushAndPass(CrashPoint point) {
        if (matches && faults.isDue(point)) {
            real.flush();
            faults.pass(point);
        }
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        flushAndPass(CrashPoint.AFTER_SENDS);
        real.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public void commitTransaction() {
        flushAndPass(CrashPoint.AFTER_OFFSETS);
        if (matches) {
            faults.commit(real::commitTransaction);
            faults.pass(CrashPoint.AFTER_COMMIT);
        } else {
            real.commitTransaction();
        }
    }

    @Override
    public void abortTransaction() {
        real.abortTransaction();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        real.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        real.unregisterMetricFromSubscription(metric);
    }

    @Override
    public void flush() {
        real.flush();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return real.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return real.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return real.clientInstanceId(timeout);
    }

    @Override
    public void close() {
        real.close();
    }

    @Override
    public void close(Duration timeout) {
        real.close(timeout);
    }
}
