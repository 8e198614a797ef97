package io.kurier.runtime.config;

import java.util.List;

/** Settings with which no process can start; the message lists all that is wrong with them. */
public final class BadSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadSettingsException(List<String> errors) {
        super(String.join("\n", errors));
    }
}
