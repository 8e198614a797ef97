package io.kurier.expressions;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExprVisitor;
import io.kurier.expressions.EvaluationBudget.Operand;
import io.kurier.expressions.EvaluationBudget.Reads;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Finds the operands of an expression's functions and what reading them costs. For one expression, used once. */
final class OperandCosts extends CelExprVisitor {
    /** They read nothing of a boolean; but CEL prints any other value in full, in the message of an error it may ignore. */
    private static final Set<String> BOOLEAN_OPERATORS = Set.of("_&&_", "_||_", "!_", "@not_strictly_false");

    /** Its first operand is a boolean; the others are passed on unread. */
    private static final String TERNARY = "_?_:_";
    /** CEL may print the last operand in full when the key is missing. */
    private static final Set<String> LOOKUPS = Set.of("_[_]", "_[?_]");

    private static final Operand WHOLE = new Operand(Reads.ALL, 1, 1);
    private static final Set<String> EQUALITY = Set.of("_==_", "_!=_");
    private static final Set<String> MEMBERSHIP = Set.of("@in", "_in_", "in");
    /** Charge per character and instruction of a pattern. */
    private static final int MATCHING = 6;
    /** Charge per call and instruction, for compiling the pattern. */
    private static final int COMPILING = 40;

    private final Map<Long, Operand> found = new HashMap<>();

    private OperandCosts() {}

    /**
     * The operands by the id of their expression.
     *
     * @throws IllegalArgumentException when an argument that decides a call's cost is not a literal, or too large
     */
    static Map<Long, Operand> of(CelAbstractSyntaxTree checked) {
        OperandCosts operands = new OperandCosts();
        operands.visit(checked.getExpr());
        return Map.copyOf(operands.found);
    }

    @Override
    protected void visit(CelExpr expr, CelExpr.CelCall call) {
        super.visit(expr, call);
        String function = call.function();
        if (function.equals(TERNARY)) {
            found.put(call.args().get(0).id(), WHOLE);
            return;
        }
        Operand each = BOOLEAN_OPERATORS.contains(function) ? WHOLE : new Operand(reads(function), 1, 1);
        call.target().ifPresent(target -> found.put(target.id(), each));
        call.args().forEach(argument -> found.put(argument.id(), each));
        CelExpr subject = call.target().orElseGet(() -> call.args().get(0));
        switch (function) {
            case "matches" -> {
                long size = patternSize(call.args().get(call.args().size() - 1));
                found.put(subject.id(), new Operand(Reads.STRING, size * MATCHING, size * COMPILING));
            }
            case "split" -> {
                separator(function, call.args().get(0));
                found.put(subject.id(), new Operand(Reads.STRING, EvaluationBudget.ELEMENT_COST, 1));
            }
            case "join" -> {
                if (!call.args().isEmpty()) {
                    separator(function, call.args().get(0));
                }
                found.put(subject.id(), new Operand(Reads.LISTS, 1, 1));
            }
            case "replace" -> {
                int sought = literal(function, call.args().get(0)).length();
                int instead = literal(function, call.args().get(1)).length();
                if (sought == 0) {
                    throw new IllegalArgumentException(
                            "expected at least one character as the first argument of replace, found an empty string");
                }
                found.put(subject.id(), new Operand(Reads.STRING, sought + instead, 1));
            }
            case "_+_" -> {
                if (isAccumulator(subject)) {
                    found.put(subject.id(), new Operand(Reads.NOTHING, 0, 1));
                }
            }
            default -> {
                if (LOOKUPS.contains(function)) {
                    found.put(call.args().get(call.args().size() - 1).id(), WHOLE);
                }
            }
        }
    }

    /** A value that is referenced many times is small in memory and huge when written, so every reference is charged. */
    @Override
    protected void visit(CelExpr expr, CelExpr.CelList list) {
        super.visit(expr, list);
        list.elements().forEach(element -> found.putIfAbsent(element.id(), WHOLE));
    }

    @Override
    protected void visit(CelExpr expr, CelExpr.CelMap map) {
        super.visit(expr, map);
        map.entries().forEach(entry -> {
            found.putIfAbsent(entry.key().id(), WHOLE);
            found.putIfAbsent(entry.value().id(), WHOLE);
        });
    }

    /** The list that the macros map and filter append to in place. Its name cannot occur in an expression's text. */
    private static boolean isAccumulator(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
                && expr.ident().name().startsWith("@");
    }

    /** A separator must not cost more than the element beside it. */
    private static void separator(String function, CelExpr expr) {
        if (literal(function, expr).length() > EvaluationBudget.ELEMENT_COST) {
            throw new IllegalArgumentException("expected at most " + EvaluationBudget.ELEMENT_COST
                    + " characters as the separator of " + function);
        }
    }

    /** The argument decides what a call costs, so it must be a literal and not a value of the event. */
    private static String literal(String function, CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || expr.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            throw new IllegalArgumentException("expected a string literal in quotes as the argument of " + function);
        }
        return expr.constant().stringValue();
    }

    private static Reads reads(String function) {
        if (function.equals("_+_")) {
            return Reads.ITEMS;
        }
        if (EQUALITY.contains(function)) {
            return Reads.ALL;
        }
        return MEMBERSHIP.contains(function) ? Reads.LISTS : Reads.STRING;
    }

    private static int patternSize(CelExpr pattern) {
        String text = literal("matches", pattern);
        try {
            int size = Pattern.compile(text).programSize();
            if (size > CompiledExpression.MAX_REGEX) {
                throw new IllegalArgumentException("the pattern '" + text + "' of matches has " + size
                        + " instructions, expected at most " + CompiledExpression.MAX_REGEX);
            }
            return size;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the pattern '" + text + "' of matches: expected a regular expression without look-around and back"
                            + " references: " + e.getDescription(),
                    e);
        }
    }
}
