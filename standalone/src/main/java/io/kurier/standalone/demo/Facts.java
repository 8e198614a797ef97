package io.kurier.standalone.demo;

import io.kurier.schemas.Attempt;
import java.util.List;
import java.util.Map;

/**
 * Everything the summary is made from: three accounts of the same run, each from its own source.
 *
 * @param publisher what was sent and what the HTTP API answered
 * @param arrivals what the receivers saw
 * @param attempts what the topic {@code attempts} says
 */
record Facts(Publisher publisher, List<ReceivedDelivery> arrivals, List<Attempt> attempts) {
    Facts {
        arrivals = List.copyOf(arrivals);
        attempts = List.copyOf(attempts);
    }

    /**
     * The publisher's and operator's account.
     *
     * @param eventsSent how many events were sent
     * @param eventsAccepted how many different events were answered 202
     * @param deliveries the ids that must come of them: event x webhook that wants it, to when the event was sent
     * @param attemptsPerRun how many attempts a delivery gets before it is given up
     * @param deadListed how many dead letters the API listed before the replay
     * @param replayed how many the replay says it moved
     * @param deadLeft how many the API lists at the end
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
