package io.kurier.benchmarks.subject;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads how many events the topic has, and how many of them the dispatcher-worker's group has not committed yet. One
 * thread.
 */
public final class GroupLag implements AutoCloseable {
    private static final String TOPIC = "kurier.events";
    private static final String GROUP = "kurier.dispatcher-worker.events";
    private static final long CALL_TIMEOUT_SECONDS = 10;

    private final Admin admin;

    /** @param bootstrapServers where Kurier's Kafka listens, host:port */
    public GroupLag(String bootstrapServers) {
        Properties config = new Properties();
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        admin = Admin.create(config);
    }

    /**
     * @return end offset minus committed offset, summed over the partitions
     * @throws IllegalStateException if Kafka does not answer within 10 s, or no such group exists
     */
    long now() {
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(group()).partitionsToOffsetAndMetadata());
        long lag = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends().entrySet()) {
            OffsetAndMetadata offset = committed.get(end.getKey());
            lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
        }
        return lag;
    }

    /** @return events in the topic; retention deletes none during a run */
    public long events() {
        return ends().values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofSeconds(CALL_TIMEOUT_SECONDS));
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ends() {
        var description = get(admin.describeTopics(java.util.List.of(TOPIC)).allTopicNames());
        Map<TopicPartition, OffsetSpec> latest = description.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        return get(admin.listOffsets(latest).all());
    }

    /** @return the group's name, or the first group with `events` in its name if there is no such group */
    private String group() {
        var names = get(admin.listGroups().all()).stream()
                .map(group -> group.groupId())
                .sorted()
                .toList();
        return names.contains(GROUP)
                ? GROUP
                : names.stream()
                        .filter(name -> name.contains("events"))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(
                                "no consumer group reads " + TOPIC + "; expected " + GROUP + ", found " + names));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka did not return the lag of " + TOPIC, e);
        }
    }
}
