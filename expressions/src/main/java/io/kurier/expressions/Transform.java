package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.parser.CelStandardMacro;
import java.util.function.LongSupplier;

/**
 * A webhook's {@code transform}: a CEL expression whose value becomes the body of a request, as JSON. Bounded like a
 * {@link Condition}, and in the size of the body. The same event always gives the same body. Any thread.
 */
public final class Transform {
    /** Longest expression in characters. */
    public static final int MAX_CHARACTERS = 8_000;
    /** Largest body in bytes. */
    public static final int MAX_BODY_BYTES = 512 * 1024;

    private static final Cel CEL = cel();

    /** How an evaluation ended. */
    public sealed interface Result {
        /**
         * The body of the request.
         *
         * @param json normalised
         */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Body(byte[] json) implements Result {}

        /**
         * This event has no body.
         *
         * @param reason for the webhook's owner; at most a few hundred characters
         */
        record Failed(String reason) implements Result {}
    }

    private final CompiledExpression compiled;

    private Transform(CompiledExpression compiled) {
        this.compiled = compiled;
    }

    private static Cel cel() {
        CelOptionalLibrary optional = CelExtensions.optional();
        // the other functions cost the product of their operands' lengths
        CelStringExtensions strings = CelExtensions.strings(
                Function.CHAR_AT,
                Function.JOIN,
                Function.LOWER_ASCII,
                Function.REPLACE,
                Function.SPLIT,
                Function.SUBSTRING,
                Function.TRIM,
                Function.UPPER_ASCII);
        return EventVariables.declared(CelFactory.legacyCelBuilder())
                .setOptions(CompiledExpression.options(MAX_CHARACTERS))
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addCompilerLibraries(optional, strings)
                .addRuntimeLibraries(optional, strings)
                .build();
    }

    /**
     * Checks an expression without keeping it.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static void check(String text) {
        parse(text, () -> 0);
    }

    /**
     * Compiles an expression.
     *
     * @param nanoTime monotonic time in nanoseconds, for the bound on the time of an evaluation
     * @throws IllegalArgumentException when it is not valid; the message tells line, column and what was expected
     */
    public static Transform parse(String text, LongSupplier nanoTime) {
        return new Transform(CompiledExpression.of(CEL, text, MAX_CHARACTERS, nanoTime));
    }

    /** Makes the body for the event. Never throws. */
    public Result of(EventVariables event) {
        CompiledExpression.Result result = compiled.evaluate(event);
        if (result instanceof CompiledExpression.Result.Value value) {
            try {
                return new Result.Body(JsonBody.of(value.value()));
            } catch (JsonBody.NotJsonException e) {
                return new Result.Failed(String.valueOf(e.getMessage()));
            }
        }
        return new Result.Failed(((CompiledExpression.Result.Failed) result).reason());
    }
}
