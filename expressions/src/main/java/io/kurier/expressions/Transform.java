package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.parser.CelStandardMacro;

/**
 * What makes a webhook's body of an event: an expression in CEL whose value is written as JSON. Bounded as conditions are,
 * and by the size of the body. The same event always makes the same body. Any thread.
 */
public final class Transform {
    public static final int MAX_CHARACTERS = 8_000;
    public static final int MAX_BODY_BYTES = 512 * 1024;

    private static final Cel CEL = cel();

    /** What came of it. */
    public sealed interface Answer {
        /** @param json normalised */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Made(byte[] json) implements Answer {}

        /** There is no body of this event. */
        record Failed(String why) implements Answer {}
    }

    private final Compiled compiled;

    private Transform(Compiled compiled) {
        this.compiled = compiled;
    }

    private static Cel cel() {
        CelOptionalLibrary optional = CelExtensions.optional();
        // the others cost the product of what they take
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
                .setOptions(Compiled.options(MAX_CHARACTERS))
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addCompilerLibraries(optional, strings)
                .addRuntimeLibraries(optional, strings)
                .build();
    }

    /** @throws IllegalArgumentException that names the place, and what is wrong there */
    public static Transform parse(String text) {
        return new Transform(Compiled.of(CEL, text, MAX_CHARACTERS));
    }

    /** The body for the event, or why there is none. */
    public Answer of(EventVariables event) {
        Compiled.Result result = compiled.evaluate(event);
        if (result instanceof Compiled.Result.Value value) {
            try {
                return new Answer.Made(JsonBody.of(value.value()));
            } catch (JsonBody.NoJsonException e) {
                return new Answer.Failed(String.valueOf(e.getMessage()));
            }
        }
        return new Answer.Failed(((Compiled.Result.Failed) result).why());
    }
}
