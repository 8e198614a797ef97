package io.kurier.broker;

import org.jspecify.annotations.Nullable;

/** The broker could not start. The message names the cause and the setting to change. */
public final class BrokerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
