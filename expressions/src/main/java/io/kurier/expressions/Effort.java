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

/**
 * What one evaluation may spend on what its functions read, beside the bound on its rounds: each operand is paid for by its
 * size before the function sees it. What costs otherwise ends after 0.2 to 0.4 s. One evaluation's, on one thread.
 */
final class Effort implements CelEvaluationListener {
    /** Characters compared or searched once; about 5 ns each. */
    private static final long MOST = 4_000_000;
    /** Comparing an element of a list costs as much as so many characters. */
    static final int ELEMENT = 16;

    /** Some things cost time that nothing is paid for, such as errors that "or" goes on after: seconds of them. */
    private static final long MOST_NANOS = Duration.ofMillis(200).toNanos();

    private static final int LOOK_EVERY = 64;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<Long, Operand> operands;
    private final long beganNanos = System.nanoTime();
    private long beganCpuNanos = -1;
    private long left = MOST;
    private int looks;

    Effort(Map<Long, Operand> operands) {
        this.operands = operands;
    }

    /** What of a value a function looks at. */
    enum Reads {
        /** Nothing. */
        NOTHING,
        /** A text; a list or an object is looked up in. */
        TEXT,
        /** A text, or what is in a list, without looking into it. */
        ITEMS,
        /** A text, or all of a list; an object is looked up in. */
        LISTS,
        /** Everything inside. */
        ALL
    }

    /** An expression some function takes, and what the function costs by the character and by the call. */
    record Operand(Reads reads, long perCharacter, long perCall) {}

    /** The evaluation is given up. No exception, since CEL's "or" goes on after those. */
    static final class SpentError extends Error {
        private static final long serialVersionUID = 1;

        SpentError(String why) {
            super(why, null, false, false);
        }
    }

    @Override
    public void callback(CelExpr expression, Object value) {
        if (++looks % LOOK_EVERY == 0) {
            checkTime();
        }
        Operand operand = operands.get(expression.id());
        if (operand != null) {
            pay(operand.perCall());
            pay(operand, operand.reads(), value);
        }
    }

    /** By the processor's time of this thread, so that a pause of the process counts for nobody; that is dear to ask for. */
    private void checkTime() {
        if (System.nanoTime() - beganNanos < MOST_NANOS) {
            return;
        }
        long cpuNanos = THREADS.getCurrentThreadCpuTime();
        if (beganCpuNanos < 0) {
            beganCpuNanos = cpuNanos;
        } else if (cpuNanos - beganCpuNanos > MOST_NANOS) {
            throw new SpentError("it takes too long");
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
        } else if (value instanceof List<?> list && reads != Reads.TEXT) {
            for (Object item : list) {
                pay(ELEMENT);
                pay(operand, Reads.ALL, item);
            }
        } else if (value instanceof Map<?, ?> object && reads == Reads.ALL) {
            for (Map.Entry<?, ?> member : object.entrySet()) {
                pay(ELEMENT);
                pay(operand, Reads.ALL, member.getKey());
                pay(operand, Reads.ALL, member.getValue());
            }
        }
    }

    private void pay(long cost) {
        left -= cost;
        if (left < 0) {
            throw new SpentError("it has to read too much of the event's data");
        }
    }
}
