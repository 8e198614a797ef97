package io.kurier.expressions;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Bounds the work of one evaluation, besides CEL's bound on iterations. Each operand is charged by its size before a function
 * reads it; work that is not charged ends after 0.2 to 0.4 s of processor time. For one evaluation, on one thread.
 */
final class EvaluationBudget implements CelEvaluationListener {
    /** In characters that are compared or searched once; one takes about 5 ns. */
    private static final long BUDGET = 4_000_000;
    /** Charge for comparing one element of a list, in characters. */
    static final int ELEMENT_COST = 16;

    /** Bounds work that no operand is charged for, such as errors that CEL's "or" ignores: seconds of it are possible. */
    private static final long MAX_NANOS = Duration.ofMillis(200).toNanos();

    private static final int CHECK_EVERY = 64;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<Long, Operand> operands;
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private long beganCpuNanos = -1;
    private long left = BUDGET;
    private int callbacks;

    /** @param nanoTime monotonic time in nanoseconds; a clock that stands still turns the bound on time off */
    EvaluationBudget(Map<Long, Operand> operands, LongSupplier nanoTime) {
        this.operands = operands;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    /** Which part of a value a function reads. */
    enum Reads {
        NOTHING,
        /** All of a string; a list or an object is only looked up in. */
        STRING,
        /** All of a string, or the references in a list without what they point to. */
        ITEMS,
        /** All of a string or list; an object is only looked up in. */
        LISTS,
        /** Everything inside. */
        ALL
    }

    /**
     * A subexpression that is passed to a function.
     *
     * @param perCharacter charge for each character the function reads of it
     * @param perCall charge for each call
     */
    record Operand(Reads reads, long perCharacter, long perCall) {}

    /** Ends the evaluation. It is not an exception, because CEL's "or" ignores those. */
    static final class SpentError extends Error {
        private static final long serialVersionUID = 1;

        SpentError(String reason) {
            super(reason, null, false, false);
        }
    }

    @Override
    public void callback(CelExpr expression, Object value) {
        if (++callbacks % CHECK_EVERY == 0) {
            checkTime();
        }
        Operand operand = operands.get(expression.id());
        if (operand != null) {
            pay(operand.perCall());
            pay(operand, operand.reads(), value);
        }
    }

    /**
     * Counts this thread's processor time, so that a pause of the process does not end an evaluation. Reading it is
     * expensive, so the monotonic clock is asked first.
     */
    private void checkTime() {
        if (nanoTime.getAsLong() - beganNanos < MAX_NANOS) {
            return;
        }
        long cpuNanos = THREADS.getCurrentThreadCpuTime();
        if (beganCpuNanos < 0) {
            beganCpuNanos = cpuNanos;
        } else if (cpuNanos - beganCpuNanos > MAX_NANOS) {
            throw new SpentError("the evaluation took more than "
                    + Duration.ofNanos(MAX_NANOS).toMillis() + " ms");
        }
    }

    private void pay(Operand operand, Reads reads, Object value) {
        if (reads == Reads.NOTHING) {
            return;
        }
        if (value instanceof String text) {
            pay(operand.perCharacter() * text.length());
        } else if (value instanceof CelByteString bytes) {
            pay(operand.perCharacter() * bytes.size());
        } else if (value instanceof Optional<?> optional) {
            if (optional.isPresent()) {
                pay(operand, reads, optional.get());
            }
        } else if (value instanceof List<?> list && reads == Reads.ITEMS) {
            pay(list.size());
        } else if (value instanceof List<?> list && reads != Reads.STRING) {
            for (Object item : list) {
                pay(ELEMENT_COST);
                pay(operand, Reads.ALL, item);
            }
        } else if (value instanceof Map<?, ?> object && reads == Reads.ALL) {
            for (Map.Entry<?, ?> member : object.entrySet()) {
                pay(ELEMENT_COST);
                pay(operand, Reads.ALL, member.getKey());
                pay(operand, Reads.ALL, member.getValue());
            }
        }
    }

    private void pay(long cost) {
        left -= cost;
        if (left < 0) {
            throw new SpentError(
                    "the expression reads too much of the event's data: more than " + BUDGET + " characters in total");
        }
    }
}
