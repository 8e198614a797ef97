package io.kurier.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * What was measured of one subject.
 *
 * @param deliveriesPerSecond the highest rate
 * @param targetMicros CPU time of the target per delivery at that rate, microseconds
 * @param benchMicros CPU time of generator and receiver per delivery at that rate, microseconds
 * @param othersShare part of the machine that other processes had meanwhile, 0 to 1: how far to trust the rate
 * @param fixedRate events at a fixed rate while all receivers answer
 * @param isolation how far the trouble of some reaches the others; null where the scenario has none
 * @param counts what became of all requests
 */
public record Figures(
        double deliveriesPerSecond,
        double targetMicros,
        double benchMicros,
        double othersShare,
        FixedRateFigures fixedRate,
        @Nullable Isolation isolation,
        Counts counts) {

    /**
     * Totals over the whole life of a subject, warm-up included.
     *
     * @param accepted deliveries of events that were answered with 202, to receivers that answer
     * @param owed the same, to receivers in trouble: they need an outcome on record, no reception
     * @param lost accepted and never received
     * @param duplicates receptions of what was received before
     * @param unexpected receptions that belong to no request
     * @param refused answered otherwise, or not at all
     * @param unrecorded accepted, without a committed outcome
     * @param lag events whose offset was not committed in the end
     * @param badSignatures signatures that did not fit, of a sample
     */
    public record Counts(
            long accepted,
            long owed,
            long lost,
            long duplicates,
            long unexpected,
            long refused,
            long unrecorded,
            long lag,
            long badSignatures) {

        Counts plus(Counts other) {
            return new Counts(
                    accepted + other.accepted,
                    owed + other.owed,
                    lost + other.lost,
                    duplicates + other.duplicates,
                    unexpected + other.unexpected,
                    refused + other.refused,
                    unrecorded + other.unrecorded,
                    lag + other.lag,
                    badSignatures + other.badSignatures);
        }

        /** Nothing lost, nothing twice, nothing left open, every sampled signature right. */
        public boolean areClean() {
            return lost + duplicates + unexpected + unrecorded + lag + badSignatures == 0;
        }
    }

    /** The mean of two measurements of equal length, neither with trouble; latencies of both together. */
    public Figures meanWith(Figures other) {
        return new Figures(
                (deliveriesPerSecond + other.deliveriesPerSecond) / 2,
                (targetMicros + other.targetMicros) / 2,
                (benchMicros + other.benchMicros) / 2,
                (othersShare + other.othersShare) / 2,
                fixedRate.meanWith(other.fixedRate),
                null,
                counts.plus(other.counts));
    }
}
