package io.kurier.expressions;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExprVisitor;
import io.kurier.expressions.Effort.Operand;
import io.kurier.expressions.Effort.Reads;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Finds what an expression's functions take, and what they cost. One expression's, used once. */
final class Operands extends CelExprVisitor {
    /** They read no text themselves; but CEL writes down in full what it finds in place of a truth, again and again. */
    private static final Set<String> OF_TRUTHS = Set.of("_&&_", "_||_", "!_", "@not_strictly_false");

    /** The first operand is a truth, the others are passed on. */
    private static final String CHOICE = "_?_:_";
    /** Of these the operand named last may be written down in full when it is not there. */
    private static final Set<String> LOOKING_UP = Set.of("_[_]", "_[?_]");

    private static final Operand WHOLE = new Operand(Reads.ALL, 1, 1);
    private static final Set<String> EQUALITY = Set.of("_==_", "_!=_");
    private static final Set<String> MEMBERSHIP = Set.of("@in", "_in_", "in");
    /** What a character costs, and compiling the pattern, for each of its instructions. */
    private static final int MATCHING = 6;

    private static final int COMPILING = 40;

    private final Map<Long, Operand> found = new HashMap<>();

    private Operands() {}

    /** @throws IllegalArgumentException for a pattern that is none, or not written there */
    static Map<Long, Operand> of(CelAbstractSyntaxTree checked) {
        Operands operands = new Operands();
        operands.visit(checked.getExpr());
        return Map.copyOf(operands.found);
    }

    @Override
    protected void visit(CelExpr expr, CelExpr.CelCall call) {
        super.visit(expr, call);
        String function = call.function();
        if (function.equals(CHOICE)) {
            found.put(call.args().get(0).id(), WHOLE);
            return;
        }
        Operand each = OF_TRUTHS.contains(function) ? WHOLE : new Operand(reads(function), 1, 1);
        call.target().ifPresent(target -> found.put(target.id(), each));
        call.args().forEach(argument -> found.put(argument.id(), each));
        CelExpr subject = call.target().orElseGet(() -> call.args().get(0));
        switch (function) {
            case "matches" -> {
                long size = patternSize(call.args().get(call.args().size() - 1));
                found.put(subject.id(), new Operand(Reads.TEXT, size * MATCHING, size * COMPILING));
            }
            case "split" -> {
                separator(function, call.args().get(0));
                found.put(subject.id(), new Operand(Reads.TEXT, Effort.ELEMENT, 1));
            }
            case "join" -> {
                if (!call.args().isEmpty()) {
                    separator(function, call.args().get(0));
                }
                found.put(subject.id(), new Operand(Reads.LISTS, 1, 1));
            }
            case "replace" -> {
                int sought = written(function, call.args().get(0)).length();
                int instead = written(function, call.args().get(1)).length();
                if (sought == 0) {
                    throw new IllegalArgumentException("expected at least one character that replace looks for");
                }
                found.put(subject.id(), new Operand(Reads.TEXT, sought + instead, 1));
            }
            case "_+_" -> {
                if (isAccumulator(subject)) {
                    found.put(subject.id(), new Operand(Reads.NOTHING, 0, 1));
                }
            }
            default -> {
                if (LOOKING_UP.contains(function)) {
                    found.put(call.args().get(call.args().size() - 1).id(), WHOLE);
                }
            }
        }
    }

    /** What is in many places at once is small in memory and huge when written: each place is paid for. */
    @Override
    protected void visit(CelExpr expr, CelExpr.CelList list) {
        super.visit(expr, list);
        list.elements().forEach(element -> found.putIfAbsent(element.id(), WHOLE));
    }

    /** As above. */
    @Override
    protected void visit(CelExpr expr, CelExpr.CelMap map) {
        super.visit(expr, map);
        map.entries().forEach(entry -> {
            found.putIfAbsent(entry.key().id(), WHOLE);
            found.putIfAbsent(entry.value().id(), WHOLE);
        });
    }

    /** What map and filter gather in grows in place. Nobody can write its name. */
    private static boolean isAccumulator(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
                && expr.ident().name().startsWith("@");
    }

    /** So that it costs no more than the element beside it. */
    private static void separator(String function, CelExpr expr) {
        if (written(function, expr).length() > Effort.ELEMENT) {
            throw new IllegalArgumentException(
                    "expected at most " + Effort.ELEMENT + " characters as the separator of " + function);
        }
    }

    /** What a call costs depends on it, so that it cannot be the event's. */
    private static String written(String function, CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || expr.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            throw new IllegalArgumentException("expected what " + function + " takes as a text in quotes");
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
        return MEMBERSHIP.contains(function) ? Reads.LISTS : Reads.TEXT;
    }

    private static int patternSize(CelExpr pattern) {
        String text = written("matches", pattern);
        try {
            int size = Pattern.compile(text).programSize();
            if (size > Compiled.MAX_REGEX) {
                throw new IllegalArgumentException("the pattern '" + text + "' of matches has " + size
                        + " instructions, expected at most " + Compiled.MAX_REGEX);
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
