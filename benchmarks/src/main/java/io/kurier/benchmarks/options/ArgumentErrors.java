package io.kurier.benchmarks.options;

import java.util.ArrayList;
import java.util.List;

/** Gathers everything that is wrong with the arguments, so that it is said at once. One thread. */
final class ArgumentErrors {
    private final List<String> wrong = new ArrayList<>();

    void check(String option, long value, long min, long max) {
        if (value < min || value > max) {
            wrong.add(option + " is " + value + ", expected " + min + " to " + max);
        }
    }

    void refuseIf(boolean isWrong, String text) {
        if (isWrong) {
            wrong.add(text);
        }
    }

    /** @throws IllegalArgumentException with one line for each thing that is wrong */
    void throwIfAny() {
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
    }
}
