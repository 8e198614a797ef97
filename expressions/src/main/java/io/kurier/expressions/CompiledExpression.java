package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * An expression that passed the type check, with every bound on its evaluation: size, nesting, iterations
 * ({@link #options}), and work ({@link EvaluationBudget}). Any thread.
 */
final class CompiledExpression {
    private static final int MAX_NODES = 500;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ITERATIONS = 1_000;
    static final int MAX_REGEX = 1_000;

    /** Longest reason in characters. CEL's own messages may quote whole values. */
    private static final int MAX_REASON = 300;

    /** How an evaluation ended. */
    sealed interface Result {
        record Value(Object value) implements Result {}

        /** The expression has no value for this event. */
        record Failed(String reason) implements Result {}
    }

    private final CelRuntime.Program program;
    private final Map<Long, EvaluationBudget.Operand> operands;
    private final CelType type;
    private final LongSupplier nanoTime;

    private CompiledExpression(
            CelRuntime.Program program,
            Map<Long, EvaluationBudget.Operand> operands,
            CelType type,
            LongSupplier nanoTime) {
        this.program = program;
        this.operands = operands;
        this.type = type;
        this.nanoTime = nanoTime;
    }

    static CelOptions options(int maxCharacters) {
        return CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .maxExpressionCodePointSize(maxCharacters)
                .maxParseRecursionDepth(MAX_DEPTH)
                .maxParseExpressionNodeCount(MAX_NODES)
                .comprehensionMaxIterations(MAX_ITERATIONS)
                .maxRegexProgramSize(MAX_REGEX)
                .build();
    }

    /**
     * Compiles and checks an expression.
     *
     * @param nanoTime monotonic time in nanoseconds
     * @throws IllegalArgumentException when the text is not an expression that may run; the message tells line and column
     */
    static CompiledExpression of(Cel cel, String text, int maxCharacters, LongSupplier nanoTime) {
        if (text.isBlank() || text.length() > maxCharacters) {
            throw new IllegalArgumentException(
                    "expected a CEL expression of 1 to " + maxCharacters + " characters, found " + text.length());
        }
        CelValidationResult checked = cel.compile(text);
        if (checked.hasError()) {
            throw new IllegalArgumentException(
                    "expected a valid CEL expression; error " + first(checked.getErrorString()));
        }
        try {
            CelAbstractSyntaxTree tree = checked.getAst();
            return new CompiledExpression(
                    cel.createProgram(tree), OperandCosts.of(tree), tree.getResultType(), nanoTime);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(
                    "expected a valid CEL expression; error " + first(String.valueOf(e.getMessage())), e);
        }
    }

    /** The first error with its line and column, such as {@code at 1:6: undeclared reference to 'datum'}. */
    private static String first(String errors) {
        return errors.lines().findFirst().orElse("").replaceFirst("^ERROR: <input>:", "at ");
    }

    /** The type of the value, as far as the type check can tell. */
    CelType type() {
        return type;
    }

    /** Evaluates the expression. Every failure is a result, because an exception would stop the worker. */
    Result evaluate(EventVariables event) {
        try {
            Object value = program.trace(event.byName(), new EvaluationBudget(operands, nanoTime));
            // an unknown set is CEL's value of an expression over missing data
            return value instanceof CelUnknownSet
                    ? failed(event, "the expression has no value for this event")
                    : new Result.Value(value);
        } catch (EvaluationBudget.SpentError e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        } catch (CelEvaluationException | RuntimeException | StackOverflowError e) {
            return failed(event, first(String.valueOf(e.getMessage())));
        }
    }

    private static Result failed(EventVariables event, String reason) {
        String withoutData = event.withoutData();
        return new Result.Failed(withoutData == null ? shortened(reason) : withoutData);
    }

    private static String shortened(String reason) {
        return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    }
}
