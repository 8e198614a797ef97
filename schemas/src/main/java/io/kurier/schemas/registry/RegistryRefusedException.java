package io.kurier.schemas.registry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The registry rejected the request: the record's schema does not exist, or the schema may not be registered. */
public final class RegistryRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RegistryRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
