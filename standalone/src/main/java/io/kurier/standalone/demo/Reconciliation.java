package io.kurier.standalone.demo;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a summary: takes each number from every source that knows it, and checks the relations between them. One
 * thread.
 */
final class Reconciliation {
    private record Request(String deliveryId, int attempt, boolean accepted) {}

    private final SummaryInput.Publisher publisher;
    private final List<ReceivedDelivery> arrivals;
    private final List<Attempt> requests;
    private final Map<Request, Attempt> topicByRequest = new HashMap<>();
    private final Map<String, Attempt> last = new HashMap<>();
    private final List<Summary.Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    Reconciliation(SummaryInput input) {
        publisher = input.publisher();
        arrivals = input.arrivals();
        requests = input.attempts().stream().filter(Observations::isRequest).toList();
        for (Attempt made : requests) {
            topicByRequest.put(request(made), made);
            last.merge(made.getDeliveryId(), made, (one, other) -> other.getAttempt() > one.getAttempt() ? other : one);
        }
    }

    private static Request request(Attempt made) {
        return new Request(made.getDeliveryId(), made.getAttempt(), made.getOutcome() == Outcome.DELIVERED);
    }

    Summary summary() {
        deliveries();
        attempts();
        deadLetters();
        oddities();
        punctuality();
        rows.stream().filter(row -> !row.agrees()).forEach(row -> differences.add(0, told(row)));
        return new Summary(rows, notes, differences);
    }

    private void deliveries() {
        Set<String> expected = publisher.deliveries().keySet();
        Set<String> arrived =
                arrivals.stream().map(ReceivedDelivery::deliveryId).collect(Collectors.toSet());
        Set<String> accepted = acceptedIds();
        long eventsSeen = requests.stream().map(Attempt::getEventId).distinct().count();
        row("events accepted", (long) publisher.eventsAccepted(), null, eventsSeen, "");
        must("events sent", publisher.eventsSent(), publisher.eventsAccepted(), "were accepted");
        row("webhooks", (long) publisher.webhooks(), receivers(), webhooksSeen(), "");
        row("deliveries", count(expected), count(arrived), (long) last.size(), "event x matching webhook");
        long delivered = lastWith(Outcome.DELIVERED);
        long dead = lastWith(Outcome.DEAD);
        long waiting = expected.stream().filter(this::waits).count();
        row("  = delivered", null, count(accepted), delivered, "");
        row("  + dead now", publisher.deadLeft(), null, dead, "");
        row("  + waiting now", null, null, waiting, "");
        must("deliveries", expected.size(), delivered + dead + waiting, "are delivered + dead + waiting");
        nothing("deliveries are dead at the end", Math.max(dead, publisher.deadLeft()));
        nothing("deliveries are waiting at the end", waiting);
        same("expected", expected, "accepted by a receiver", accepted);
        same("accepted by a receiver", accepted, "DELIVERED in the topic", deliveredIds());
    }

    private void attempts() {
        Set<Request> seen = arrivals.stream()
                .map(arrival -> new Request(arrival.deliveryId(), arrival.attempt(), arrival.accepted()))
                .collect(Collectors.toSet());
        same("requests the receivers saw", seen, "requests in the topic", topicByRequest.keySet());
        int perRun = publisher.attemptsPerRun();
        long accepted = arrivals.stream().filter(ReceivedDelivery::accepted).count();
        row("attempts", null, count(arrivals), count(requests), "");
        row("  = first", null, arrived(1, 1), (long) after(null).size(), "");
        row(
                "  + retries",
                null,
                arrived(2, perRun),
                (long) after(Outcome.FAILED).size(),
                "");
        row(
                "  + replayed",
                publisher.replayed(),
                arrived(perRun + 1, Integer.MAX_VALUE),
                (long) after(Outcome.DEAD).size(),
                "");
        row("  = accepted", null, accepted, all(Outcome.DELIVERED), "");
        row("  + refused", null, arrivals.size() - accepted, all(Outcome.FAILED) + all(Outcome.DEAD), "");
    }

    private void deadLetters() {
        Map<String, Long> refusals = arrivals.stream()
                .filter(arrival -> !arrival.accepted())
                .collect(Collectors.groupingBy(ReceivedDelivery::deliveryId, Collectors.counting()));
        long givenUp = refusals.values().stream()
                .filter(times -> times >= publisher.attemptsPerRun())
                .count();
        row("dead letters", publisher.deadListed(), givenUp, all(Outcome.DEAD), "before the replay");
        must("dead letters", publisher.deadListed(), publisher.replayed(), "were replayed");
    }

    private void oddities() {
        long forged = arrivals.stream().filter(arrival -> !arrival.genuine()).count();
        long twice = arrivals.stream().filter(ReceivedDelivery::accepted).count()
                - acceptedIds().size();
        row("signatures checked", null, count(arrivals), null, forged + " bad");
        row("duplicates", null, twice, (long) requests.size() - topicByRequest.size(), "");
        nothing("signatures are bad", forged);
        nothing("duplicates arrived", twice);
    }

    /** Compares retries with the due times in the topic, and first attempts with the time their event was sent. */
    private void punctuality() {
        List<Long> late = new ArrayList<>();
        List<Long> took = new ArrayList<>();
        for (ReceivedDelivery arrival : arrivals) {
            Attempt before = topicByRequest.get(new Request(arrival.deliveryId(), arrival.attempt() - 1, false));
            Long sentAtMs = publisher.deliveries().get(arrival.deliveryId());
            if (before != null && before.getNextAtMs() != null) {
                late.add(arrival.atMs() - before.getNextAtMs());
            } else if (arrival.attempt() == 1 && sentAtMs != null) {
                took.add(arrival.atMs() - sentAtMs);
            }
        }
        long early = late.stream().filter(ms -> ms < 0).count();
        row("retries early", null, early, null, late.isEmpty() ? "" : "lateness: " + spread(late));
        nothing("retries came before they were due", early);
        if (!took.isEmpty()) {
            notes.add("From POST to webhook, first attempts: " + spread(took) + ".");
        }
    }

    private static String spread(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return "median " + sorted.get(sorted.size() / 2) + " ms, worst " + sorted.get(sorted.size() - 1) + " ms";
    }

    /** @return requests whose previous attempt had this outcome; with null, first attempts */
    private List<Attempt> after(@Nullable Outcome outcome) {
        return requests.stream()
                .filter(made -> {
                    Attempt before =
                            topicByRequest.get(new Request(made.getDeliveryId(), made.getAttempt() - 1, false));
                    return (before == null ? null : before.getOutcome()) == outcome;
                })
                .toList();
    }

    private long arrived(int from, int to) {
        return arrivals.stream()
                .filter(arrival -> arrival.attempt() >= from && arrival.attempt() <= to)
                .count();
    }

    private boolean waits(String deliveryId) {
        Attempt made = last.get(deliveryId);
        return made == null || made.getOutcome() == Outcome.FAILED;
    }

    private long lastWith(Outcome outcome) {
        return last.values().stream()
                .filter(made -> made.getOutcome() == outcome)
                .count();
    }

    private long all(Outcome outcome) {
        return requests.stream().filter(made -> made.getOutcome() == outcome).count();
    }

    private long receivers() {
        return arrivals.stream().map(ReceivedDelivery::receiver).distinct().count();
    }

    private long webhooksSeen() {
        return requests.stream().map(Attempt::getWebhookId).distinct().count();
    }

    private Set<String> acceptedIds() {
        return arrivals.stream()
                .filter(ReceivedDelivery::accepted)
                .map(ReceivedDelivery::deliveryId)
                .collect(Collectors.toSet());
    }

    private Set<String> deliveredIds() {
        return requests.stream()
                .filter(made -> made.getOutcome() == Outcome.DELIVERED)
                .map(Attempt::getDeliveryId)
                .collect(Collectors.toSet());
    }

    private static long count(Collection<?> things) {
        return things.size();
    }

    private void row(
            String label, @Nullable Long byPublisher, @Nullable Long byReceivers, @Nullable Long byTopic, String text) {
        rows.add(new Summary.Row(label, byPublisher, byReceivers, byTopic, text));
    }

    private static String told(Summary.Row row) {
        List<String> sources = new ArrayList<>();
        add(sources, "the publisher", row.publisher());
        add(sources, "the receivers", row.receivers());
        add(sources, "the topic", row.topic());
        return row.label().replace("+", "").replace("=", "").trim() + ": " + String.join(", ", sources);
    }

    private static void add(List<String> sources, String name, @Nullable Long number) {
        if (number != null) {
            sources.add(name + " counted " + number);
        }
    }

    private void must(String what, long expected, long found, String relation) {
        if (expected != found) {
            differences.add(expected + " " + what + ", but " + found + " " + relation);
        }
    }

    private void nothing(String what, long found) {
        if (found != 0) {
            differences.add(found + " " + what + ", expected none");
        }
    }

    private void same(String one, Set<?> ones, String other, Set<?> others) {
        only(one, ones, other, others);
        only(other, others, one, ones);
    }

    private void only(String one, Set<?> ones, String other, Set<?> others) {
        Set<Object> missing = new HashSet<>(ones);
        missing.removeAll(others);
        if (!missing.isEmpty()) {
            differences.add(missing.size() + " " + one + ", but not " + other + "; one is "
                    + missing.iterator().next());
        }
    }
}
