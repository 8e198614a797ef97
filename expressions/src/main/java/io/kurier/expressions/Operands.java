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
    /** They read no text themselves. */
    private static final Set<String> FREE = Set.of("_&&_", "_||_", "_?_:_", "!_", "@not_strictly_false");

    private static final Set<String> EQUALITY = Set.of("_==_", "_!=_");
    private static final Set<String> MEMBERSHIP = Set.of("@in", "_in_", "in");
    private static final int MAX_PATTERN_SIZE = 1_000;
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
        if (FREE.contains(function)) {
            return;
        }
        Operand each = new Operand(reads(function), 1, 1);
        call.target().ifPresent(target -> found.put(target.id(), each));
        call.args().forEach(argument -> found.put(argument.id(), each));
        if (function.equals("matches")) {
            CelExpr text = call.target().orElse(call.args().get(0));
            long size = patternSize(call.args().get(call.args().size() - 1));
            found.put(text.id(), new Operand(Reads.TEXT, size * MATCHING, size * COMPILING));
        }
    }

    private static Reads reads(String function) {
        if (EQUALITY.contains(function)) {
            return Reads.ALL;
        }
        return MEMBERSHIP.contains(function) ? Reads.LISTS : Reads.TEXT;
    }

    /** What matching costs depends on the pattern, so that it cannot be the event's. */
    private static int patternSize(CelExpr pattern) {
        if (pattern.getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || pattern.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            throw new IllegalArgumentException("expected the pattern of matches as a text in quotes");
        }
        String text = pattern.constant().stringValue();
        try {
            int size = Pattern.compile(text).programSize();
            if (size > MAX_PATTERN_SIZE) {
                throw new IllegalArgumentException("the pattern '" + text + "' of matches has " + size
                        + " instructions, expected at most " + MAX_PATTERN_SIZE);
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
