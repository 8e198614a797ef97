package io.kurier.schemas.wire;

import java.util.Objects;

/** The record names a writer's schema nobody announced yet. It may become readable: wait, don't throw it away. */
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
