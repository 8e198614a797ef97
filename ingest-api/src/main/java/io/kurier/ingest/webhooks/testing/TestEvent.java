package io.kurier.ingest.webhooks.testing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.expressions.Condition;
import io.kurier.expressions.EventVariables;
import io.kurier.expressions.Transform;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.kurier.model.event.JobName;
import io.kurier.model.json.AsciiJson;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonOut;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.model.signing.StandardFormat;
import io.kurier.model.webhook.Webhook;
import io.kurier.sender.HttpRequestBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The event of a test delivery: given by the request, or a default that says it is a test. It is not published. The request
 * to the receiver is made from it as from a published event. Immutable.
 */
final class TestEvent {
    static final String TYPE = "webhook.test";
    private static final byte[] DATA =
            "{\"message\":\"This is a test of your webhook\"}".getBytes(StandardCharsets.UTF_8);

    private final String id;
    private final String type;
    private final String jobId;
    private final Instant time;
    /** Normalised JSON. */
    private final byte[] data;

    private TestEvent(String id, String type, Instant time, byte[] data) {
        this.id = id;
        this.type = type;
        String job = JobName.in(data);
        this.jobId = job == null ? id : job;
        this.time = time;
        this.data = data;
    }

    /**
     * @param body of the request: data is read from its bytes, as for events, because a JSON tree would change numbers
     * @param fields of the same body
     * @param maxBytes of normalised data
     * @throws Problem.RefusedException naming the invalid field
     */
    static TestEvent of(byte[] body, JsonFields fields, int maxBytes, long nowMs, RandomGenerator random) {
        String type = fields.string("type");
        if (type != null && !EventRules.isType(type)) {
            throw fields.problem("type", EventRules.EXPECTED_TYPE).refused();
        }
        byte[] data = fields.isGiven("data") ? data(body) : DATA;
        if (data.length > maxBytes) {
            throw Problem.field("data", data.length + " bytes", "expected at most " + maxBytes + " bytes")
                    .as(413)
                    .refused();
        }
        return new TestEvent(Ids.event(nowMs, random), type == null ? TYPE : type, Instant.ofEpochMilli(nowMs), data);
    }

    private static byte[] data(byte[] body) {
        try (JsonParser parser = EcmaJson.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean isData = parser.currentName().equals("data");
                parser.nextToken();
                if (isData) {
                    JsonOut out = new JsonOut();
                    EcmaJson.write(parser, out, EcmaJson.Limits.DEFAULT);
                    return out.toByteArray();
                }
                parser.skipChildren();
            }
            throw new IllegalStateException("the body has no data, but its parsed fields have");
        } catch (JsonRefusedException e) {
            throw Problem.field("data", null, String.valueOf(e.getMessage())).refused();
        } catch (IOException e) {
            throw Problem.field("data", null, "expected valid JSON").refused();
        }
    }

    String type() {
        return type;
    }

    String deliveryTo(Webhook webhook) {
        return Ids.delivery(id, webhook.id());
    }

    /** The body for the webhook, before escaping, or why its transform fails. */
    Transform.Result body(Webhook webhook) {
        String transform = webhook.content().transform();
        if (transform == null) {
            return new Transform.Result.Body(StandardFormat.body(type, time, jobId, data));
        }
        try {
            return Transform.parse(transform, System::nanoTime).of(facts());
        } catch (IllegalArgumentException e) {
            return new Transform.Result.Failed("the transform does not compile: " + e.getMessage());
        }
    }

    private EventVariables facts() {
        return new EventVariables(id, type, jobId, time, data);
    }

    /** The request to the receiver: signed, with all headers, and marked as a test. */
    HttpRequestBytes request(Webhook webhook, byte[] body) {
        byte[] sent = webhook.content().asciiJson() ? AsciiJson.escaped(body) : body;
        return HttpRequestBytes.ofTest(webhook, deliveryTo(webhook), sent, time.toEpochMilli());
    }

    /** The reason why the webhook would not get this event if it were published; empty if it would. */
    Optional<String> mismatchWith(Webhook webhook) {
        if (webhook.events().stream().noneMatch(pattern -> pattern.matches(type))) {
            return Optional.of("no pattern in events matches " + type);
        }
        String when = webhook.content().when();
        return when == null ? Optional.empty() : Optional.ofNullable(mismatchWith(when));
    }

    private @Nullable String mismatchWith(String when) {
        try {
            Condition.Result result = Condition.parse(when, System::nanoTime).of(facts());
            if (result instanceof Condition.Result.Failed failed) {
                return "the condition when cannot be evaluated: " + failed.reason();
            }
            return result.equals(new Condition.Result.Value(true))
                    ? null
                    : "the condition when is false for this event";
        } catch (IllegalArgumentException e) {
            return "the condition when does not compile: " + e.getMessage();
        }
    }
}
