package io.kurier.schemas.registry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The registry answered, and the answer is no: nobody can read such a record, or the schema may not be registered. */
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
