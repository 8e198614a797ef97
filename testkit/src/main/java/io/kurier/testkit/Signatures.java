package io.kurier.testkit;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Verifies signatures as a receiver does, with the library of the Standard Webhooks specification. */
public final class Signatures {
    private Signatures() {}

    /**
     * Verifies the signatures of a request.
     *
     * @param secret {@code whsec_} and base64
     * @throws WebhookVerificationException if no signature of the request was made with the secret
     */
    public static void verify(Received request, String secret)
            throws WebhookVerificationException, EmptyWebhookSecretException {
        Map<String, List<String>> signed = Stream.of("webhook-id", "webhook-timestamp", "webhook-signature")
                .collect(Collectors.toMap(name -> name, request::headers));
        new Webhook(secret).verify(request.text(), HttpHeaders.of(signed, (name, value) -> true));
    }
}
