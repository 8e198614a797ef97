package io.kurier.standalone.demo;

import org.jspecify.annotations.Nullable;

/** The play cannot go on; the message is for the one who watches. */
final class DemoFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
