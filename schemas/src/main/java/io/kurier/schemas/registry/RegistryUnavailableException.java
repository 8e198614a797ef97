package io.kurier.schemas.registry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** No registry gave an answer that settles the question. Asking again later may help: wait, throw nothing away. */
public final class RegistryUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
