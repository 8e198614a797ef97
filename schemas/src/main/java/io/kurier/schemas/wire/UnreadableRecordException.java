package io.kurier.schemas.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes are not a valid record of this type; no version can read them. */
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
