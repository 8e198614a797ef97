package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void whatWasAcceptedAndNeverReceivedIsLost() {
        for (int i = 0; i < 200_000; i++) {
            ledger.accept(ledger.issue(0));
        }
        for (int i = 0; i < 200_000; i++) {
            if (i != 77 && i != 199_999) {
                ledger.receive(i, 1);
            }
        }

        assertThat(ledger.lost()).isEqualTo(2);
        assertThat(ledger.outstanding()).isEqualTo(2);
        assertThat(ledger.duplicates()).isZero();
    }

    @Test
    void whatWasReceivedButNotAcceptedDoesNotHideALoss() {
        ledger.accept(ledger.issue(0));
        ledger.issue(0);

        ledger.receive(1, 1);

        assertThat(ledger.lost()).isEqualTo(1);
    }

    @Test
    void aSecondReceptionIsADuplicateAndAStrangerIsUnexpected() {
        ledger.accept(ledger.issue(0));

        ledger.receive(0, 1);
        ledger.receive(0, 2);
        ledger.receive(1, 3);
        ledger.receive(-1, 4);

        assertThat(ledger.received()).isEqualTo(1);
        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.unexpected()).isEqualTo(2);
    }

    @Test
    void latencyRunsFromTheDueTimeAndOnlyFromWhenItWasAskedFor() {
        ledger.issue(0);
        ledger.measureLatency();
        ledger.issue(1_000);
        ledger.receive(0, 500_000_000);
        ledger.receive(1, 5_000);

        Histogram latencies = ledger.latencies();

        assertThat(latencies.getTotalCount()).isEqualTo(1);
        assertThat(latencies.getMaxValue()).isBetween(4_000L, 4_010L);
    }

    @Test
    void anOutcomeIsMissingUntilItIsRecorded() {
        ledger.accept(ledger.issue(0));
        ledger.accept(ledger.issue(0));

        ledger.record(1);
        ledger.record(1);

        assertThat(ledger.recorded()).isEqualTo(1);
        assertThat(ledger.unrecorded()).isEqualTo(1);
    }
}
