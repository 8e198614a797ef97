package io.kurier.runtime.kafka;

import java.util.List;

/** Existing topics have settings that break a promise; the message lists each, with the expected value. */
public final class UnfitTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnfitTopicsException(List<String> problems) {
        super("refusing to start: these topic settings would break a promise "
                + "(change them with kafka-configs, then start again):\n"
                + String.join("\n", problems));
    }
}
