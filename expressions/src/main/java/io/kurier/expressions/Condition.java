package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A webhook's {@code when}: a CEL expression that is true for the events that the webhook wants. Bounded in size, nesting,
 * iterations and work, and unable to build strings or lists larger than the event's, so that a worker's event loop may
 * evaluate it. Any thread.
 */
public final class Condition {
    /** Longest expression in characters. */
    public static final int MAX_CHARACTERS = 2_000;

    private static final Set<String> LEFT_OUT = Set.of("ADD_STRING", "ADD_BYTES", "ADD_LIST", "CONTAINS_STRING");
    private static final String CONTAINS = "contains_string";
    private static final Cel CEL = cel();

    /** How an evaluation ended. */
    public sealed interface Result {
        /** The condition is true or false for the event. */
        record Value(boolean isTrue) implements Result {}

        /**
         * The condition has no value for this event.
         *
         * @param reason for the webhook's owner; at most a few hundred characters
         */
        record Failed(String reason) implements Result {}
    }

    private final CompiledExpression compiled;

    private Condition(CompiledExpression compiled) {
        this.compiled = compiled;
    }

    private static Cel cel() {
        return EventVariables.declared(CelFactory.legacyCelBuilder())
                .setOptions(CompiledExpression.options(MAX_CHARACTERS))
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                        .filterFunctions((function, overload) -> !isLeftOut(overload.toString()))
                        .build())
                .setStandardFunctions(CelStandardFunctions.newBuilder()
                        .filterFunctions((function, overload) -> !isLeftOut(overload.toString()))
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                        "contains",
                        CelOverloadDecl.newMemberOverload(
                                CONTAINS, SimpleType.BOOL, SimpleType.STRING, SimpleType.STRING)))
                .addFunctionBindings(
                        CelFunctionBinding.from(CONTAINS, String.class, String.class, SubstringSearch::contains))
                .build();
    }

    /**
     * The overloads of + that build something larger than their operands, and CEL's own contains, whose time is the product
     * of its operands' lengths ({@link SubstringSearch} replaces it).
     */
    private static boolean isLeftOut(String overload) {
        return LEFT_OUT.contains(overload);
    }

    /**
     * Checks a condition without keeping it.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static void check(String text) {
        parse(text, () -> 0);
    }

    /**
     * Compiles a condition.
     *
     * @param nanoTime monotonic time in nanoseconds, for the bound on the time of an evaluation
     * @throws IllegalArgumentException when it is not valid; the message tells line, column and what was expected
     */
    public static Condition parse(String text, LongSupplier nanoTime) {
        CompiledExpression compiled = CompiledExpression.of(CEL, text, MAX_CHARACTERS, nanoTime);
        CelType type = compiled.type();
        if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
            throw new IllegalArgumentException(
                    "expected an expression whose value is true or false, found " + type.name());
        }
        return new Condition(compiled);
    }

    /** Evaluates the condition for the event. Never throws. */
    public Result of(EventVariables event) {
        CompiledExpression.Result result = compiled.evaluate(event);
        if (result instanceof CompiledExpression.Result.Value value) {
            return value.value() instanceof Boolean isTrue
                    ? new Result.Value(isTrue)
                    : new Result.Failed("the value is neither true nor false");
        }
        return new Result.Failed(((CompiledExpression.Result.Failed) result).reason());
    }
}
