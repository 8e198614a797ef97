package io.kurier.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * The figures of one subject.
 *
 * @param deliveriesPerSecond the highest rate
 * @param targetMicros CPU time of the target per delivery at that rate, in microseconds
 * @param benchMicros CPU time of generator and receiver per delivery at that rate, in microseconds
 * @param othersShare share of the machine that other processes used meanwhile, 0 to 1; the higher, the less reliable
 *     the rate
 * @param fixedRate figures at a fixed rate while all receivers are healthy
 * @param isolation how faulty receivers affect the healthy ones; null if the scenario has none
 * @param counts totals over all requests
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
     * Totals over the whole run of a subject, warm-up included.
     *
     * @param accepted deliveries to healthy receivers, of events answered with 202
     * @param owed the same to faulty receivers; they need an outcome on record and no reception
     * @param lost deliveries accepted and never received
     * @param duplicates deliveries received again
     * @param unexpected receptions that match no request
     * @param refused requests with an answer other than 202, or none
     * @param unrecorded accepted deliveries without a committed outcome
     * @param lag events whose offset was not committed in the end
     * @param badSignatures invalid signatures in the checked sample
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

        /**
         * @return whether no delivery was lost, duplicated, unexpected or unrecorded, the lag is 0 and every checked
         *     signature was valid
         */
        public boolean areClean() {
            return lost + duplicates + unexpected + unrecorded + lag + badSignatures == 0;
        }
    }

    /**
     * @param other figures of a window of equal length, also without faulty receivers
     * @return the mean of both, with the latencies of both and the sum of the counts
     */
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
