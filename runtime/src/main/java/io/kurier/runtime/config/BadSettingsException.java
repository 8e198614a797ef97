package io.kurier.runtime.config;

import java.util.List;

/** The settings are wrong, so that the process cannot start. The message lists every error, one on each line. */
public final class BadSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadSettingsException(List<String> errors) {
        super(String.join("\n", errors));
    }
}
