package io.kurier.schemas.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes are no record of the expected kind, whoever reads them. */
public final class UnreadableRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
