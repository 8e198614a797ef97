package io.kurier.expressions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelStandardFunctions;
import java.util.Map;
import java.util.Set;

/**
 * A condition over an event in CEL, compiled. Bounded in size, nesting, iterations and in what its functions read, and it
 * cannot build texts or lists larger than the event's, so that a worker's event loop may evaluate it. Any thread.
 */
public final class When {
    public static final int MAX_CHARACTERS = 2_000;
    private static final int MAX_NODES = 500;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ITERATIONS = 1_000;
    private static final int MAX_REGEX = 1_000;

    private static final Set<String> LEFT_OUT = Set.of("ADD_STRING", "ADD_BYTES", "ADD_LIST", "CONTAINS_STRING");
    private static final String CONTAINS = "contains_string";
    private static final Cel CEL = cel();

    /** What came of it. */
    public sealed interface Answer {
        /** It could be told. */
        record Told(boolean isTrue) implements Answer {}

        /** It could not, for this event. */
        record Failed(String why) implements Answer {}
    }

    private final CelRuntime.Program program;
    private final Map<Long, Effort.Operand> operands;

    private When(CelRuntime.Program program, Map<Long, Effort.Operand> operands) {
        this.program = program;
        this.operands = operands;
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
                .addFunctionBindings(CelFunctionBinding.from(CONTAINS, String.class, String.class, Contains::in))
                .addVar("id", SimpleType.STRING)
                .addVar("type", SimpleType.STRING)
                .addVar("job_id", SimpleType.STRING)
                .addVar("time", SimpleType.STRING)
                .addVar("data", SimpleType.DYN)
                .build();
    }

    /** The overloads of + that make something larger of its operands, and contains, which takes its operands' product. */
    private static boolean isLeftOut(String overload) {
        return LEFT_OUT.contains(overload);
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
            return new When(CEL.createProgram(checked.getAst()), Operands.of(checked.getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(
                    "expected a CEL expression: " + first(String.valueOf(e.getMessage())), e);
        }
    }

    /** Such as {@code 1:6: undeclared reference to 'datum'}. */
    private static String first(String errors) {
        return errors.lines().findFirst().orElse("").replaceFirst("^ERROR: <input>:", "at ");
    }

    /** Whether the event is meant. Whatever goes wrong about it is told, never thrown: a worker would stop. */
    public Answer of(Facts event) {
        try {
            Object value = program.trace(event.byName(), new Effort(operands));
            return value instanceof Boolean isTrue
                    ? new Answer.Told(isTrue)
                    : failed(event, "the value is neither true nor false");
        } catch (Effort.SpentError e) {
            return new Answer.Failed(String.valueOf(e.getMessage()));
        } catch (CelEvaluationException | RuntimeException | StackOverflowError e) {
            return failed(event, first(String.valueOf(e.getMessage())));
        }
    }

    private static Answer failed(Facts event, String why) {
        String withoutData = event.withoutData();
        return new Answer.Failed(withoutData == null ? why : withoutData);
    }
}
