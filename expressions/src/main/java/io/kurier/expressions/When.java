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

/**
 * A condition over an event in CEL, compiled. Bounded in size, nesting, iterations and in what its functions read, and it
 * cannot build texts or lists larger than the event's, so that a worker's event loop may evaluate it. Any thread.
 */
public final class When {
    public static final int MAX_CHARACTERS = 2_000;
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

    private final Compiled compiled;

    private When(Compiled compiled) {
        this.compiled = compiled;
    }

    private static Cel cel() {
        return EventVariables.declared(CelFactory.legacyCelBuilder())
                .setOptions(Compiled.options(MAX_CHARACTERS))
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
                .build();
    }

    /** The overloads of + that make something larger of its operands, and contains, which takes its operands' product. */
    private static boolean isLeftOut(String overload) {
        return LEFT_OUT.contains(overload);
    }

    /** @throws IllegalArgumentException that names the place, and what is wrong there */
    public static When parse(String text) {
        Compiled compiled = Compiled.of(CEL, text, MAX_CHARACTERS);
        CelType type = compiled.type();
        if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
            throw new IllegalArgumentException("expected true or false as the value, found " + type.name());
        }
        return new When(compiled);
    }

    /** Whether the event is meant. */
    public Answer of(EventVariables event) {
        Compiled.Result result = compiled.evaluate(event);
        if (result instanceof Compiled.Result.Value value) {
            return value.value() instanceof Boolean isTrue
                    ? new Answer.Told(isTrue)
                    : new Answer.Failed("the value is neither true nor false");
        }
        return new Answer.Failed(((Compiled.Result.Failed) result).why());
    }
}
