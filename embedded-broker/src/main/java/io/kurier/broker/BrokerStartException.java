package io.kurier.broker;

import org.jspecify.annotations.Nullable;

/** The broker could not start; the message says which thing stood in the way and which setting moves it. */
public final class BrokerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
