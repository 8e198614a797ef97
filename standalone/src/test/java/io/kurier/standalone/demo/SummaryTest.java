package io.kurier.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The smallest complete run: one event, delivered to one webhook, refused twice by the other and then replayed. */
class SummaryTest {
    private static final String DASHBOARD = "dlv_dashboard";
    private static final String BILLING = "dlv_billing";
    private static final long SENT_AT = 1_000;
    private static final long RETRY_DUE_AT = 2_010;
    private static final int ATTEMPTS_PER_RUN = 2;

    private int accepted = 1;
    private long deadListed = 1;
    private long replayed = 1;
    private long deadLeft = 0;
    private final List<ReceivedDelivery> arrivals = new ArrayList<>(List.of(
            arrival(DASHBOARD, 1, 1_005, 200),
            arrival(BILLING, 1, 1_009, 503),
            arrival(BILLING, 2, 2_017, 503),
            arrival(BILLING, 3, 5_000, 200)));
    private final List<Attempt> attempts = new ArrayList<>(List.of(
            attempt(DASHBOARD, 1, Outcome.DELIVERED),
            attempt(BILLING, 1, Outcome.FAILED),
            attempt(BILLING, 2, Outcome.DEAD),
            attempt(BILLING, 3, Outcome.DELIVERED)));

    @Test
    void aCompleteRunAddsUp() {
        Summary summary = summary();

        assertThat(summary.differences()).isEmpty();
        assertThat(summary.addsUp()).isTrue();
        assertThat(Demo.exitCode(summary)).isZero();
        assertThat(numbers(summary))
                .containsEntry("deliveries", "2 2 2")
                .containsEntry("  = delivered", "null 2 2")
                .containsEntry("  + dead now", "0 null 0")
                .containsEntry("  + waiting now", "null null 0")
                .containsEntry("attempts", "null 4 4")
                .containsEntry("  = first", "null 2 2")
                .containsEntry("  + retries", "null 1 1")
                .containsEntry("  + replayed", "1 1 1")
                .containsEntry("  = accepted", "null 2 2")
                .containsEntry("  + refused", "null 2 2")
                .containsEntry("dead letters", "1 1 1")
                .containsEntry("signatures checked", "null 4 null")
                .containsEntry("duplicates", "null 0 0")
                .containsEntry("retries early", "null 0 null");
        assertThat(page(summary))
                .contains("The numbers add up", "median 7 ms, worst 7 ms", "median 9 ms, worst 9 ms")
                .doesNotContain("DO NOT");
    }

    @Test
    void aDeliveryWithoutReceptionIsReported() {
        arrivals.remove(0);

        assertDiffers("but not accepted by a receiver; one is dlv_dashboard", "the receivers counted 1");
    }

    @Test
    void aRequestMissingFromTheTopicIsReported() {
        attempts.remove(0);

        assertDiffers("but not requests in the topic", "1 deliveries are waiting at the end");
    }

    @Test
    void anEventThatWasNotAcceptedIsReported() {
        accepted = 0;

        assertDiffers("1 events sent, but 0 were accepted");
    }

    @Test
    void aDeliveryThatIsStillDeadIsReported() {
        arrivals.remove(3);
        attempts.remove(3);
        replayed = 0;
        deadLeft = 1;

        assertDiffers("1 deliveries are dead at the end", "1 dead letters, but 0 were replayed");
    }

    @Test
    void aDeadLetterThatOnlyTheApiListsIsReported() {
        deadLeft = 1;

        assertDiffers("1 deliveries are dead at the end");
    }

    @Test
    void aDeliveryThatStillWaitsIsReported() {
        arrivals.subList(2, 4).clear();
        attempts.subList(2, 4).clear();
        deadListed = 0;
        replayed = 0;

        assertDiffers("1 deliveries are waiting at the end");
    }

    @Test
    void aDuplicateIsReported() {
        arrivals.add(arrival(DASHBOARD, 1, 1_300, 200));

        assertDiffers("1 duplicates arrived");
    }

    @Test
    void aRetryBeforeItsDueTimeIsReported() {
        arrivals.set(2, arrival(BILLING, 2, RETRY_DUE_AT - 1, 503));

        assertDiffers("1 retries came before they were due");
    }

    @Test
    void aBadSignatureIsReported() {
        ReceivedDelivery good = arrivals.get(0);
        arrivals.set(
                0,
                new ReceivedDelivery(
                        good.receiver(), good.deliveryId(), 1, good.type(), good.jobId(), good.atMs(), false, 200));

        assertDiffers("1 signatures are bad");
    }

    @Test
    void outcomesWithoutARequestDoNotCountAsAttempts() {
        attempts.add(attempt(BILLING, 0, Outcome.PARKED));

        assertThat(summary().differences()).isEmpty();
    }

    private void assertDiffers(String... parts) {
        Summary summary = summary();
        assertThat(summary.addsUp()).isFalse();
        assertThat(Demo.exitCode(summary)).isEqualTo(1);
        assertThat(page(summary)).contains("DO NOT ADD UP").contains(parts).doesNotContain("The numbers add up");
    }

    private static String page(Summary summary) {
        return String.join("\n", SummaryTable.lines(summary));
    }

    private static Map<String, String> numbers(Summary summary) {
        return summary.rows().stream()
                .collect(Collectors.toMap(
                        Summary.Row::label, row -> row.publisher() + " " + row.receivers() + " " + row.topic()));
    }

    private Summary summary() {
        SummaryInput.Publisher publisher = new SummaryInput.Publisher(
                1,
                accepted,
                2,
                Map.of(DASHBOARD, SENT_AT, BILLING, SENT_AT),
                ATTEMPTS_PER_RUN,
                deadListed,
                replayed,
                deadLeft);
        return Summary.of(new SummaryInput(publisher, arrivals, attempts));
    }

    private static ReceivedDelivery arrival(String deliveryId, int attempt, long atMs, int status) {
        return new ReceivedDelivery(
                receiver(deliveryId), deliveryId, attempt, "job.completed", "job-1", atMs, true, status);
    }

    private static Attempt attempt(String deliveryId, int attempt, Outcome outcome) {
        return Attempt.newBuilder()
                .setDeliveryId(deliveryId)
                .setEventId("evt_1")
                .setTenant("default")
                .setWebhookId("wh_" + receiver(deliveryId))
                .setType("job.completed")
                .setJobId("job-1")
                .setRun(attempt > ATTEMPTS_PER_RUN ? 1 : 0)
                .setAttempt(attempt)
                .setOutcome(outcome)
                .setAtMs(SENT_AT)
                .setNextAtMs(outcome == Outcome.FAILED ? RETRY_DUE_AT : null)
                .build();
    }

    private static String receiver(String deliveryId) {
        return deliveryId.substring("dlv_".length());
    }
}
