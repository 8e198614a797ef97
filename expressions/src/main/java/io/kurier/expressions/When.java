package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelStandardFunctions;

/**
 * A condition over an event in CEL, compiled. Bounded in size, nesting and iterations, and it cannot build texts or lists
 * larger than the event's, so that a worker's event loop may evaluate it. Any thread.
 */
public final class When {
    public static final int MAX_CHARACTERS = 2_000;
    private static final int MAX_NODES = 500;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ITERATIONS = 1_000;
    private static final int MAX_REGEX = 1_000;

    private static final Cel CEL = cel();

    /** What came of it. */
    public sealed interface Answer {
        /** It could be told. */
        record Told(boolean isTrue) implements Answer {}

        /** It could not, for this event. */
        record Failed(String why) implements Answer {}
    }

    private final CelRuntime.Program program;

    private When(CelRuntime.Program program) {
        this.program = program;
    }

    private static Cel cel() {
        CelOptions options = CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .maxExpressionCodePointSize(MAX_CHARACTERS)
                .maxParseRecursionDepth(MAX_DEPTH)
                .maxParseExpressionNodeCount(MAX_NODES)
                .comprehensionMaxIterations(MAX_ITERATIONS)
                .maxRegexProgramSize(MAX_REGEX)
                .build();
        return CelFactory.legacyCelBuilder()
                .setOptions(options)
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                        .filterFunctions((function, overload) -> !joins(overload.toString()))
                        .build())
                .setStandardFunctions(CelStandardFunctions.newBuilder()
                        .filterFunctions((function, overload) -> !joins(overload.toString()))
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("id", SimpleType.STRING)
                .addVar("type", SimpleType.STRING)
                .addVar("job_id", SimpleType.STRING)
                .addVar("time", SimpleType.STRING)
                .addVar("data", SimpleType.DYN)
                .build();
    }

    /** The overloads of + that make something larger of its operands. */
    private static boolean joins(String overload) {
        return overload.equals("ADD_STRING") || overload.equals("ADD_BYTES") || overload.equals("ADD_LIST");
    }

    /** @throws IllegalArgumentException that names the place, and what is wrong there */
    public static When parse(String text) {
        if (text.isBlank() || text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("expected a CEL expression of 1 to " + MAX_CHARACTERS + " characters");
        }
        CelValidationResult checked = CEL.compile(text);
        if (checked.hasError()) {
            throw new IllegalArgumentException("expected a CEL expression: " + first(checked.getErrorString()));
        }
        try {
            CelType type = checked.getAst().getResultType();
            if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
                throw new IllegalArgumentException("expected true or false as the value, found " + type.name());
            }
            return new When(CEL.createProgram(checked.getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(
                    "expected a CEL expression: " + first(String.valueOf(e.getMessage())), e);
        }
    }

    /** Such as {@code 1:6: undeclared reference to 'datum'}. */
    private static String first(String errors) {
        return errors.lines().findFirst().orElse("").replaceFirst("^ERROR: <input>:", "at ");
    }

    /** Whether the event is meant. */
    public Answer of(Facts event) {
        try {
            Object value = program.eval(event.byName());
            return value instanceof Boolean isTrue
                    ? new Answer.Told(isTrue)
                    : new Answer.Failed("the value is neither true nor false");
        } catch (CelEvaluationException e) {
            return new Answer.Failed(first(String.valueOf(e.getMessage())));
        }
    }
}
