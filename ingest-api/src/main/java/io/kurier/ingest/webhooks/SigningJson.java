package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestParams;
import io.kurier.model.signing.Ed25519Secret;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.signing.SigningSecret.Scheme;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** JSON of a webhook's signing secrets. A secret is shown only in the response to the request that set it. Any thread. */
final class SigningJson {
    private static final Set<String> ROTATION = Set.of("secret", "signature", "overlap", "switch_at");
    private static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);
    private static final Duration MAX_OVERLAP = Duration.ofDays(30);
    private static final Duration MAX_TIME_TO_SWITCH = Duration.ofDays(90);

    private SigningJson() {}

    /**
     * The field {@code secret}, or a new secret of the scheme that the field {@code signature} names.
     *
     * @param fallback the secret if the request has neither field
     */
    static SigningSecret secret(JsonFields fields, Supplier<SigningSecret> fallback) {
        SigningSecret given = fields.secret("secret", SigningSecret::parse);
        Scheme asked = fields.parsed("signature", Scheme::parse);
        if (given == null) {
            return asked == null ? fallback.get() : SigningSecret.random(asked);
        }
        if (asked != null && asked != given.scheme()) {
            throw Problem.field(
                            "signature",
                            asked.text(),
                            "expected " + given.scheme().text() + ", the scheme of the given secret")
                    .refused();
        }
        return given;
    }

    /**
     * The next revision of the webhook, with a new secret.
     *
     * @throws Problem.RefusedException naming the invalid field
     */
    static Webhook rotate(Webhook before, ObjectNode body, long nowMs) {
        JsonFields fields = JsonFields.of(body, "", ROTATION);
        SigningSecret next = secret(
                fields, () -> SigningSecret.random(before.signing().newest().scheme()));
        if (before.signing().notEndedAt(nowMs).stream()
                .anyMatch(key -> key.secret().equals(next))) {
            throw Problem.field("secret", null, "expected a secret that the webhook does not have yet")
                    .refused();
        }
        Long switchAt = RequestParams.time("switch_at", fields.string("switch_at"));
        long switchAtMs = switchAt == null ? nowMs : switchAt;
        if (switchAt != null && (switchAt <= nowMs || switchAt - nowMs > MAX_TIME_TO_SWITCH.toMillis())) {
            throw fields.problem(
                            "switch_at", "expected a time within the next " + MAX_TIME_TO_SWITCH.toDays() + " days")
                    .refused();
        }
        Duration overlap = fields.duration("overlap", Duration.ZERO, MAX_OVERLAP);
        Duration kept = Objects.requireNonNullElse(overlap, switchAt == null ? DEFAULT_OVERLAP : Duration.ZERO);
        try {
            return before.with()
                    .nextRevision()
                    .signing(before.signing().rotated(next, switchAtMs, kept.toMillis(), nowMs))
                    .build();
        } catch (IllegalArgumentException e) {
            throw Problem.field("overlap", null, String.valueOf(e.getMessage())).refused();
        }
    }

    static void show(ObjectNode json, Webhook webhook, long nowMs) {
        Signing signing = webhook.signing();
        json.put("signature", signing.newest().scheme().text());
        if (signing.newest() instanceof Ed25519Secret asymmetric) {
            json.put("public_key", asymmetric.publicKey());
        }
        var keys = signing.notEndedAt(nowMs);
        if (keys.size() > 1) {
            ArrayNode rotation = json.putArray("secrets");
            keys.forEach(key -> rotation.add(show(key)));
        }
    }

    private static ObjectNode show(Signing.Key key) {
        ObjectNode json = Json.object().put("signature", key.secret().scheme().text());
        if (key.fromMs() > 0) {
            json.put("signs_from", Json.time(key.fromMs()));
        }
        if (key.untilMs() != Signing.NEVER) {
            json.put("signs_until", Json.time(key.untilMs()));
        }
        return json;
    }

    /** The public keys of all Ed25519 secrets that sign now or will: a JSON Web Key Set (RFC 7517, RFC 8037). */
    static ObjectNode keySet(Webhook webhook, long nowMs) {
        ObjectNode set = Json.object();
        ArrayNode keys = set.putArray("keys");
        for (Signing.Key key : webhook.signing().notEndedAt(nowMs)) {
            if (key.secret() instanceof Ed25519Secret asymmetric) {
                keys.addObject()
                        .put("kty", "OKP")
                        .put("crv", "Ed25519")
                        .put("alg", "EdDSA")
                        .put("use", "sig")
                        .put("kid", asymmetric.keyId())
                        .put("x", asymmetric.publicKeyBase64Url());
            }
        }
        return set;
    }
}
