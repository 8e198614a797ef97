package io.kurier.schemas.wire;

/** The record names a writer's schema nobody announced yet. It may become readable: wait, don't throw it away. */
public final class UnknownSchemaException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnknownSchemaException(String message) {
        super(message);
    }
}
