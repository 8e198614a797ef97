package io.kurier.standalone.demo;

import org.jspecify.annotations.Nullable;

/** The demo cannot go on. The message is shown to the user. */
final class DemoFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
