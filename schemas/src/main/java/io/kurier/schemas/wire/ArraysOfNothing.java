package io.kurier.schemas.wire;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Arrays whose items take no bytes: a record of a few bytes may claim as many of them as a long counts, and Avro bounds what
 * it reads, but not what it skips. One schema's, used once.
 */
final class ArraysOfNothing {
    private final Set<Schema> seen = new HashSet<>();

    private ArraysOfNothing() {}

    static boolean areIn(Schema schema) {
        return new ArraysOfNothing().in(schema);
    }

    private boolean in(Schema schema) {
        return switch (schema.getType()) {
            case ARRAY -> isNothing(schema.getElementType(), new HashSet<>()) || in(schema.getElementType());
            case MAP -> in(schema.getValueType());
            case UNION -> schema.getTypes().stream().anyMatch(this::in);
            case RECORD -> seen.add(schema) && schema.getFields().stream().anyMatch(field -> in(field.schema()));
            default -> false;
        };
    }

    private static boolean isNothing(Schema schema, Set<Schema> around) {
        return switch (schema.getType()) {
            case NULL -> true;
            case FIXED -> schema.getFixedSize() == 0;
            case RECORD ->
                !around.add(schema) || schema.getFields().stream().allMatch(field -> isNothing(field.schema(), around));
            default -> false;
        };
    }
}
