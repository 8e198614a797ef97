package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Dispatcher;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.Waiting;
import io.kurier.testkit.Received;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Checks promises 2 and 3 from outside, on committed records and the receiver's log: every delivery ends once, no
 * attempt has two outcomes, no outcome has two successors, and no committed attempt is repeated.
 */
final class DeliveryAudit {
    private static final Set<Outcome> ENDS =
            EnumSet.of(Outcome.DELIVERED, Outcome.DEAD, Outcome.DISCARDED, Outcome.EXPIRED);
    private static final Set<Outcome> REQUESTS = EnumSet.of(Outcome.DELIVERED, Outcome.FAILED, Outcome.DEAD);

    private final TestInstallation installation;
    private final Set<String> expected;

    /** @param expected ids of all deliveries that must exist */
    DeliveryAudit(TestInstallation installation, Collection<String> expected) {
        this.installation = installation;
        this.expected = new TreeSet<>(expected);
    }

    List<Attempt> attempts() {
        return installation.read(installation.runtime.topics().attempts(), Attempt.class);
    }

    /** @return whether every delivery has ended and no record of any topic is unsettled */
    boolean isComplete() {
        long ended = attempts().stream()
                .filter(attempt -> ENDS.contains(attempt.getOutcome()))
                .map(Attempt::getDeliveryId)
                .distinct()
                .count();
        var topics = installation.runtime.topics();
        return ended >= expected.size()
                && installation.isSettled(topics.events(), Dispatcher.EVENTS_GROUP)
                && tiers().stream().allMatch(tier -> installation.isSettled(tier, "retry-scheduler.tiers"))
                && installation.isSettled(topics.lanes(), Dispatcher.LANES_GROUP);
    }

    private List<String> tiers() {
        return installation.runtime.retryTiers().tiers().stream()
                .map(tier -> installation.runtime.topics().retry(tier.name()))
                .toList();
    }

    /** Checks everything that must hold after any fault. Call it once {@link #isComplete}. */
    void everyDeliveryEndedOnceByOneChain() {
        List<Attempt> attempts = attempts();
        Map<String, Integer> ends = count(
                attempts.stream()
                        .filter(attempt -> ENDS.contains(attempt.getOutcome()))
                        .toList(),
                attempt -> attempt.getDeliveryId() + " run " + attempt.getRun());
        assertThat(ends.keySet())
                .as("deliveries that ended")
                .isEqualTo(expected.stream().map(id -> id + " run 0").collect(Collectors.toCollection(TreeSet::new)));
        assertNoneTwice("ends of a delivery", ends);
        assertNoneTwice("outcomes of an attempt", count(requests(attempts), DeliveryAudit::place));
        attemptsAreCountedFromOne(attempts);
        everyFailureHasOneSuccessor(attempts);
        everyDeadDeliveryHasOneDeadLetter(attempts);
    }

    private static void attemptsAreCountedFromOne(List<Attempt> attempts) {
        requests(attempts).stream()
                .collect(Collectors.groupingBy(
                        Attempt::getDeliveryId,
                        Collectors.mapping(Attempt::getAttempt, Collectors.toCollection(TreeSet::new))))
                .forEach((id, numbers) -> assertThat(numbers)
                        .as("attempts of %s", id)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, numbers.size()).boxed().toList()));
    }

    private void everyFailureHasOneSuccessor(List<Attempt> attempts) {
        Set<String> failed = attempts.stream()
                .filter(attempt -> attempt.getOutcome() == Outcome.FAILED)
                .map(attempt -> attempt.getDeliveryId() + " after " + attempt.getAttempt())
                .collect(Collectors.toSet());
        for (String tier : tiers()) {
            Map<String, Integer> waiting = count(retries(tier), DeliveryAudit::waiting);
            assertNoneTwice("retries in " + tier, waiting);
            assertThat(failed)
                    .as("failures that caused the retries in %s", tier)
                    .containsAll(waiting.keySet());
        }
        Map<String, Integer> returned =
                count(retries(installation.runtime.topics().lanes()), DeliveryAudit::waiting);
        assertNoneTwice("retries in lanes", returned);
        assertThat(returned.keySet()).as("retries that reached a lane").isEqualTo(failed);
    }

    private List<Delivery> retries(String topic) {
        return installation.read(topic, Delivery.class).stream()
                .filter(delivery -> delivery.getReason() == Waiting.RETRY)
                .toList();
    }

    private void everyDeadDeliveryHasOneDeadLetter(List<Attempt> attempts) {
        List<String> dead = attempts.stream()
                .filter(attempt -> attempt.getOutcome() == Outcome.DEAD)
                .map(Attempt::getDeliveryId)
                .toList();
        assertThat(installation.read(installation.runtime.topics().deadLetters(), DeadLetter.class))
                .as("dead letters")
                .extracting(DeadLetter::getDeliveryId)
                .containsExactlyInAnyOrderElementsOf(dead);
    }

    /** Checks that each recorded attempt was received, and only once unless it is in {@code mayRepeat}. */
    void receivedOnceExcept(List<Received> received, Set<String> mayRepeat) {
        Map<String, Integer> requests = count(received, DeliveryAudit::place);
        assertThat(requests.keySet())
                .as("attempts received, and attempts recorded")
                .isEqualTo(
                        requests(attempts()).stream().map(DeliveryAudit::place).collect(Collectors.toSet()));
        Map<String, Integer> repeated = new HashMap<>(requests);
        repeated.values().removeIf(times -> times == 1);
        assertThat(mayRepeat).as("attempts open at the crash").containsAll(repeated.keySet());
        assertThat(repeated.values()).as("times an attempt was received").allMatch(times -> times == 2);
    }

    /** @return attempts that were received but are not recorded (yet) */
    Set<String> openAttempts(List<Received> received) {
        Set<String> open = received.stream().map(DeliveryAudit::place).collect(Collectors.toCollection(TreeSet::new));
        requests(attempts()).forEach(attempt -> open.remove(place(attempt)));
        return open;
    }

    private static List<Attempt> requests(List<Attempt> attempts) {
        return attempts.stream()
                .filter(attempt -> REQUESTS.contains(attempt.getOutcome()))
                .toList();
    }

    private static String place(Attempt attempt) {
        return attempt.getDeliveryId() + " attempt " + attempt.getAttempt();
    }

    private static String place(Received request) {
        return request.header("webhook-id").orElseThrow() + " attempt "
                + request.header("webhook-attempt").orElseThrow();
    }

    private static String waiting(Delivery delivery) {
        return delivery.getId() + " after " + delivery.getAttempts();
    }

    static <T> Map<String, Integer> count(List<T> items, Function<T, String> name) {
        return items.stream().collect(Collectors.toMap(name, item -> 1, Integer::sum));
    }

    static void assertNoneTwice(String what, Map<String, Integer> counts) {
        assertThat(counts.entrySet().stream().filter(entry -> entry.getValue() != 1))
                .as("%s that occur more than once", what)
                .isEmpty();
    }
}
