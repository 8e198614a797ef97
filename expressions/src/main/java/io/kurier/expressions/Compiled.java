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

/** An expression, checked and bounded in what it may spend. Any thread. */
final class Compiled {
    private static final int MAX_NODES = 500;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ITERATIONS = 1_000;
    static final int MAX_REGEX = 1_000;

    /** Of what CEL says, which may hold whole values. */
    private static final int MAX_WHY = 300;

    /** What came of an evaluation. */
    sealed interface Result {
        record Value(Object value) implements Result {}

        /** For this event there is none. */
        record Failed(String why) implements Result {}
    }

    private final CelRuntime.Program program;
    private final Map<Long, Effort.Operand> operands;
    private final CelType type;

    private Compiled(CelRuntime.Program program, Map<Long, Effort.Operand> operands, CelType type) {
        this.program = program;
        this.operands = operands;
        this.type = type;
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

    /** @throws IllegalArgumentException that names the place, and what is wrong there */
    static Compiled of(Cel cel, String text, int maxCharacters) {
        if (text.isBlank() || text.length() > maxCharacters) {
            throw new IllegalArgumentException("expected a CEL expression of 1 to " + maxCharacters + " characters");
        }
        CelValidationResult checked = cel.compile(text);
        if (checked.hasError()) {
            throw new IllegalArgumentException("expected a CEL expression: " + first(checked.getErrorString()));
        }
        try {
            CelAbstractSyntaxTree tree = checked.getAst();
            return new Compiled(cel.createProgram(tree), Operands.of(tree), tree.getResultType());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(
                    "expected a CEL expression: " + first(String.valueOf(e.getMessage())), e);
        }
    }

    /** Such as {@code at 1:6: undeclared reference to 'datum'}. */
    private static String first(String errors) {
        return errors.lines().findFirst().orElse("").replaceFirst("^ERROR: <input>:", "at ");
    }

    /** Of what it makes, as far as can be told before. */
    CelType type() {
        return type;
    }

    /** Whatever goes wrong is told, never thrown: a worker would stop. */
    Result evaluate(EventVariables event) {
        try {
            Object value = program.trace(event.byName(), new Effort(operands));
            // what needs data that is not there has no value
            return value instanceof CelUnknownSet ? failed(event, "it has no value") : new Result.Value(value);
        } catch (Effort.SpentError e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        } catch (CelEvaluationException | RuntimeException | StackOverflowError e) {
            return failed(event, first(String.valueOf(e.getMessage())));
        }
    }

    private static Result failed(EventVariables event, String why) {
        String withoutData = event.withoutData();
        return new Result.Failed(withoutData == null ? shortened(why) : withoutData);
    }

    private static String shortened(String why) {
        return why.length() <= MAX_WHY ? why : why.substring(0, MAX_WHY) + "…";
    }
}
