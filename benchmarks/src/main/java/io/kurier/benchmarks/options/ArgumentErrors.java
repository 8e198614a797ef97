package io.kurier.benchmarks.options;

import java.util.ArrayList;
import java.util.List;

/** Collects every invalid argument, so that one message reports them all. One thread. */
final class ArgumentErrors {
    private final List<String> errors = new ArrayList<>();

    /**
     * @param min smallest allowed value
     * @param max largest allowed value
     */
    void check(String option, long value, long min, long max) {
        if (value < min || value > max) {
            errors.add(option + " is " + value + ", expected " + min + " to " + max);
        }
    }

    void refuseIf(boolean isInvalid, String message) {
        if (isInvalid) {
            errors.add(message);
        }
    }

    /** @throws IllegalArgumentException with one line per invalid argument */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", errors));
        }
    }
}
