package io.kurier.benchmarks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.schemas.Outcome;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(LoadWebhooks.ONE);

    @Test
    void aDeliveryAcceptedAndNeverReceivedIsLost() {
        for (int i = 0; i < 200_000; i++) {
            ledger.accept(ledger.issue(0));
        }
        for (int i = 0; i < 200_000; i++) {
            if (i != 77 && i != 199_999) {
                ledger.receive(i, 0, 1);
            }
        }

        assertThat(ledger.lost()).isEqualTo(2);
        assertThat(ledger.outstanding()).isEqualTo(2);
        assertThat(ledger.duplicates()).isZero();
    }

    @Test
    void anUnacceptedReceptionDoesNotHideALoss() {
        ledger.accept(ledger.issue(0));
        ledger.issue(0);

        ledger.receive(1, 0, 1);

        assertThat(ledger.lost()).isEqualTo(1);
    }

    @Test
    void aSecondReceptionIsADuplicateAndAnUnknownOneIsUnexpected() {
        ledger.accept(ledger.issue(0));

        ledger.receive(0, 0, 1);
        ledger.receive(0, 0, 2);
        ledger.receive(1, 0, 3);
        ledger.receive(-1, 0, 4);

        assertThat(ledger.received()).isEqualTo(1);
        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.unexpected()).isEqualTo(2);
    }

    @Test
    void latencyRunsFromTheDueTimeOnceMeasuringHasBegun() {
        ledger.issue(0);
        ledger.measureLatency();
        ledger.issue(1_000);
        ledger.receive(0, 0, 500_000_000);
        ledger.receive(1, 0, 5_000);

        Histogram latencies = ledger.latencies();

        assertThat(latencies.getTotalCount()).isEqualTo(1);
        assertThat(latencies.getMaxValue()).isBetween(4_000L, 4_010L);
    }

    @Test
    void aDeliveryIsUnrecordedUntilItsOutcomeIsRecorded() {
        ledger.accept(ledger.issue(0));
        ledger.accept(ledger.issue(0));

        ledger.record(1, 0, Outcome.DELIVERED);
        ledger.record(1, 0, Outcome.DELIVERED);

        assertThat(ledger.recorded()).isEqualTo(1);
        assertThat(ledger.unrecorded()).isEqualTo(1);
    }

    @Test
    void eachWebhookOfAFanOutIsCounted() {
        Ledger wide = new Ledger(LoadWebhooks.of(3));
        wide.accept(wide.issue(0));
        wide.accept(wide.issue(0));

        wide.receive(0, 0, 1);
        wide.receive(0, 2, 1);
        wide.receive(0, 2, 1);
        wide.receive(1, 3, 1);

        assertThat(wide.events()).isEqualTo(2);
        assertThat(wide.accepted()).isEqualTo(6);
        assertThat(wide.lost()).isEqualTo(4);
        assertThat(wide.duplicates()).isEqualTo(1);
        assertThat(wide.unexpected()).isEqualTo(1);
    }

    @Test
    void aDeliveryToAnotherGroupIsUnexpected() {
        Ledger groups = new Ledger(new LoadWebhooks(1, 2, 0, 0));
        groups.accept(groups.issue(0));

        groups.receive(0, 1, 1);
        groups.record(0, -1, Outcome.FAILED);

        assertThat(groups.unexpected()).isEqualTo(2);
        assertThat(groups.lost()).isEqualTo(1);
    }

    @Test
    void aDeliveryToAFaultyWebhookNeedsAnOutcomeAndNoReception() {
        Ledger half = new Ledger(new LoadWebhooks(2, 1, 50, 0));
        half.accept(half.issue(0));
        half.receive(0, 0, 1);
        half.receive(0, 1, 1);
        half.beginFaults();
        half.accept(half.issue(0));
        half.receive(1, 0, 1);
        half.record(0, 0, Outcome.DELIVERED);
        half.record(0, 1, Outcome.DELIVERED);
        half.record(1, 0, Outcome.DELIVERED);

        assertThat(half.lost()).isZero();
        assertThat(half.owed()).isEqualTo(1);
        assertThat(half.unrecorded()).isEqualTo(1);
        assertThat(half.receivedByHealthy()).isEqualTo(2);

        half.record(1, 1, Outcome.PARKED);

        assertThat(half.unrecorded()).isZero();
    }

    @Test
    void aReceptionByAFaultyWebhookIsUnexpected() {
        Ledger half = new Ledger(new LoadWebhooks(2, 1, 50, 0));
        half.beginFaults();
        half.accept(half.issue(0));

        half.receive(0, 1, 1);

        assertThat(half.unexpected()).isEqualTo(1);
    }
}
