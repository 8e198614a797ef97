package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.signing.Ed25519Secret;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.signing.SigningSecret.Scheme;
import io.kurier.model.webhook.Webhook;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** How a webhook's requests are signed, as the API takes and shows it; a secret only in the answer that made it. Any thread. */
final class SigningJson {
    private static final Set<String> ROTATION = Set.of("secret", "signature", "overlap", "switch_at");
    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);
    private static final Duration FARTHEST_SWITCH = Duration.ofDays(90);

    private SigningJson() {}

    /** The secret that was given; else a new one of the kind {@code signature} names, or what there is otherwise. */
    static SigningSecret secret(JsonFields fields, Supplier<SigningSecret> otherwise) {
        SigningSecret given = fields.hidden("secret", SigningSecret::parse);
        Scheme asked = fields.parsed("signature", Scheme::parse);
        if (given == null) {
            return asked == null ? otherwise.get() : SigningSecret.random(asked);
        }
        if (asked != null && asked != given.scheme()) {
            throw Problem.field(
                            "signature",
                            asked.text(),
                            "expected " + given.scheme().text() + ", which the secret given is for")
                    .refused();
        }
        return given;
    }

    /**
     * The next revision, with another secret.
     *
     * @throws Problem.RefusedException naming the field that is wrong
     */
    static Webhook rotate(Webhook before, ObjectNode body, long nowMs) {
        JsonFields fields = JsonFields.of(body, "", ROTATION);
        SigningSecret next = secret(
                fields, () -> SigningSecret.random(before.signing().newest().scheme()));
        if (before.signing().notEndedAt(nowMs).stream()
                .anyMatch(key -> key.secret().equals(next))) {
            throw Problem.field("secret", null, "expected another secret than those it has")
                    .refused();
        }
        Long switchAt = HttpResponses.time("switch_at", fields.text("switch_at"));
        long switchAtMs = switchAt == null ? nowMs : switchAt;
        if (switchAt != null && (switchAt <= nowMs || switchAt - nowMs > FARTHEST_SWITCH.toMillis())) {
            throw fields.wrongText("switch_at", "expected a time within the next 90 days")
                    .refused();
        }
        Duration overlap = fields.duration("overlap", Duration.ZERO, LONGEST_OVERLAP);
        Duration kept = Objects.requireNonNullElse(overlap, switchAt == null ? OVERLAP : Duration.ZERO);
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

    /** The public keys that sign now or will: a JSON Web Key Set (RFC 7517, RFC 8037). */
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
