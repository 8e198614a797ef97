package io.kurier.runtime.kafka;

import java.util.List;

/** Topics whose settings break a promise; the message says which and how. */
public final class UnfitTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnfitTopicsException(List<String> problems) {
        super("refusing to start, since these would break a promise (change the topic, then start again):\n"
                + String.join("\n", problems));
    }
}
