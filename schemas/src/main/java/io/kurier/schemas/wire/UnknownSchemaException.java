package io.kurier.schemas.wire;

import java.util.Objects;

/** The record names a writer's schema that is not announced yet; keep the record and retry. */
public final class UnknownSchemaException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnknownSchemaException(String message) {
        super(message);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
