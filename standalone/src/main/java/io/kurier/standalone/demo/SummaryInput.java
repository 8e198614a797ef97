package io.kurier.standalone.demo;

import io.kurier.schemas.Attempt;
import java.util.List;
import java.util.Map;

/**
 * Input of the summary: three accounts of the same run, each from its own source.
 *
 * @param publisher what was sent, and what the HTTP API answered
 * @param arrivals what the receivers got
 * @param attempts what the topic {@code attempts} records
 */
record SummaryInput(Publisher publisher, List<ReceivedDelivery> arrivals, List<Attempt> attempts) {
    SummaryInput {
        arrivals = List.copyOf(arrivals);
        attempts = List.copyOf(attempts);
    }

    /**
     * The account of the publisher and operator.
     *
     * @param eventsSent events sent
     * @param eventsAccepted different events answered with 202
     * @param webhooks registered webhooks
     * @param deliveries expected deliveries, one for each event and matching webhook: delivery id to the time its
     *     event was sent, epoch milliseconds
     * @param attemptsPerRun attempts before a delivery becomes a dead letter
     * @param deadListed dead letters that the API listed before the replay
     * @param replayed deliveries that the replay reports as done
     * @param deadLeft dead letters that the API lists at the end
     */
    record Publisher(
            int eventsSent,
            int eventsAccepted,
            int webhooks,
            Map<String, Long> deliveries,
            int attemptsPerRun,
            long deadListed,
            long replayed,
            long deadLeft) {
        Publisher {
            deliveries = Map.copyOf(deliveries);
        }
    }
}
