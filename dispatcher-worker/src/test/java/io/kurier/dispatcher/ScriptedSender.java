package io.kurier.dispatcher;

import io.kurier.model.webhook.Webhook;
import io.kurier.sender.AttemptResult;
import io.kurier.sender.HttpRequestBytes;
import io.kurier.sender.RequestSender;
import io.kurier.sender.SentRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps requests, and ends each one when the test says so: a request that the test leaves alone hangs. */
public final class ScriptedSender implements RequestSender {
    /** One request. */
    public final class Request {
        public final String webhookId;
        public final String deliveryId;
        public final int attempt;
        public final String body;
        private final Consumer<AttemptResult> callback;

        private Request(Webhook webhook, SentRequest sent, Consumer<AttemptResult> callback) {
            this.webhookId = webhook.id();
            this.deliveryId = sent.header("webhook-id");
            this.attempt = Integer.parseInt(sent.header("webhook-attempt"));
            this.body = sent.body();
            this.callback = callback;
        }

        public void answer(int status) {
            end(AttemptResult.answered(status, "answer " + status));
        }

        /** @param retryAfter the header's value */
        public void answer(int status, String retryAfter) {
            end(AttemptResult.answered(status, null, retryAfter));
        }

        /** @param error one of the error classes, such as {@code timeout} */
        public void fail(String error) {
            end(AttemptResult.failed(error, "failed with " + error));
        }

        @Override
        public String toString() {
            return "attempt " + attempt + " of " + deliveryId + ": " + body;
        }

        private void end(AttemptResult result) {
            if (!inFlight.remove(this)) {
                throw new IllegalStateException("the request of " + deliveryId + " has ended before");
            }
            callback.accept(result);
        }
    }

    private final List<Request> all = new ArrayList<>();
    private final List<Request> inFlight = new ArrayList<>();
    private @Nullable Integer answersAtOnce;
    private int expirations;

    @Override
    public void send(HttpRequestBytes request, Webhook webhook, Consumer<AttemptResult> callback) {
        Request sent = new Request(webhook, new SentRequest(request), callback);
        all.add(sent);
        inFlight.add(sent);
    }

    /** Every request ever sent, in order. */
    public List<Request> all() {
        return List.copyOf(all);
    }

    /** Bodies of every request ever sent, in order. */
    public List<String> bodies() {
        return all.stream().map(request -> request.body).toList();
    }

    /** Requests that have not ended, in the order in which they were sent. */
    public List<Request> inFlight() {
        return List.copyOf(inFlight);
    }

    public List<Request> inFlight(String webhookId) {
        return inFlight.stream()
                .filter(request -> request.webhookId.equals(webhookId))
                .toList();
    }

    /** The one request that has not ended. */
    public Request only() {
        if (inFlight.size() != 1) {
            throw new IllegalStateException(inFlight.size() + " requests are in flight, expected one");
        }
        return inFlight.get(0);
    }

    /** Answers every request in flight, and those that start because of it. */
    public void answerAll(int status) {
        while (!inFlight.isEmpty()) {
            inFlight.get(0).answer(status);
        }
    }

    /** From now on, requests are answered at the next turn of the loop. */
    public void answerEachTurn(int status) {
        answersAtOnce = status;
    }

    /** Ends the requests that {@link #answerEachTurn} is about. */
    void turn() {
        if (answersAtOnce != null) {
            int status = answersAtOnce;
            inFlight().forEach(request -> request.answer(status));
        }
    }

    /** How often the loop asked to end requests past their deadline. */
    int expirations() {
        return expirations;
    }

    @Override
    public void expire(long nowNanos) {
        expirations++;
    }

    @Override
    public void close() {}
}
