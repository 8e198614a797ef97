package io.kurier.schemas.registry;

import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Under which subject a schema is registered: Confluent's three strategies, by the names of its classes. Any thread. */
enum SubjectNames {
    TOPIC,
    RECORD,
    TOPIC_RECORD;

    /** @param strategy a class name, with or without its package; what it was named before 4.1 too */
    static SubjectNames parse(String setting, String strategy) {
        return switch (strategy.substring(strategy.lastIndexOf('.') + 1)) {
            case "TopicNameStrategy" -> TOPIC;
            case "RecordNameStrategy" -> RECORD;
            case "TopicRecordNameStrategy" -> TOPIC_RECORD;
            default ->
                throw new ConfigException(
                        setting, strategy, "expected TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
        };
    }

    /** @throws IllegalArgumentException when the strategy wants a named type and the schema is none */
    String subject(@Nullable String topic, boolean isKey, Schema schema) {
        return switch (this) {
            case TOPIC -> topic + (isKey ? "-key" : "-value");
            case RECORD -> recordName(schema);
            case TOPIC_RECORD -> topic + "-" + recordName(schema);
        };
    }

    private String recordName(Schema schema) {
        if (schema.getType() != Schema.Type.RECORD) {
            throw new IllegalArgumentException("the subject's name strategy " + this + " wants a record, found "
                    + schema.getType().getName());
        }
        return schema.getFullName();
    }
}
