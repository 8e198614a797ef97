package io.kurier.ingest.eventtypes.schema;

import org.jspecify.annotations.Nullable;

/** A schema is not a JSON Schema, or uses something that is not accepted here. */
public final class SchemaRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final @Nullable String value;
    private final String expected;

    SchemaRefusedException(String place, @Nullable String value, String expected) {
        super(place + ": " + expected);
        this.place = place;
        this.value = value;
        this.expected = expected;
    }

    /** A JSON pointer into the schema; empty for the whole. */
    public String place() {
        return place;
    }

    /** The value there; null if it is missing, an object or an array. */
    public @Nullable String value() {
        return value;
    }

    /** What is accepted there. */
    public String expected() {
        return expected;
    }
}
