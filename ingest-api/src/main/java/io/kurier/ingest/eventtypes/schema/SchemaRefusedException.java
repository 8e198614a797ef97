package io.kurier.ingest.eventtypes.schema;

import org.jspecify.annotations.Nullable;

/** A text is no JSON Schema, or one that is not taken here. */
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

    /** A JSON pointer into the schema; empty for all of it. */
    public String place() {
        return place;
    }

    public @Nullable String value() {
        return value;
    }

    public String expected() {
        return expected;
    }
}
