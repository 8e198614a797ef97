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
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The event of a test delivery, which nobody published: as its request says, or one that says what it is. It becomes a
 * request the way published ones do. Immutable.
 */
final class TestEvent {
    static final String TYPE = "webhook.test";
    private static final byte[] DATA =
            "{\"message\":\"This is a test of your webhook\"}".getBytes(StandardCharsets.UTF_8);

    private final String id;
    private final String type;
    private final String jobId;
    private final Instant time;
    /** Normalised. */
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
     * @param body the whole request: data is taken from it as events' is, which a tree would change
     * @param fields its fields
     * @throws Problem.RefusedException naming the field that is wrong
     */
    static TestEvent of(byte[] body, JsonFields fields, int maxBytes, long nowMs) {
        String type = fields.text("type");
        if (type != null && !EventRules.isType(type)) {
            throw fields.wrongText("type", EventRules.EXPECTED_TYPE).refused();
        }
        byte[] data = fields.isGiven("data") ? data(body) : DATA;
        if (data.length > maxBytes) {
            throw Problem.field("data", data.length + " bytes", "expected at most " + maxBytes + " bytes")
                    .as(413)
                    .refused();
        }
        return new TestEvent(
                Ids.event(nowMs, ThreadLocalRandom.current()),
                type == null ? TYPE : type,
                Instant.ofEpochMilli(nowMs),
                data);
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
            throw new IllegalStateException("the body had data a moment ago");
        } catch (JsonRefusedException e) {
            throw Problem.field("data", null, String.valueOf(e.getMessage())).refused();
        } catch (IOException e) {
            throw Problem.field("data", null, "expected JSON").refused();
        }
    }

    String type() {
        return type;
    }

    String deliveryTo(Webhook webhook) {
        return Ids.delivery(id, webhook.id());
    }

    /** What it has to say to the webhook, or why its transform makes nothing of it. */
    Transform.Result body(Webhook webhook) {
        String transform = webhook.content().transform();
        if (transform == null) {
            return new Transform.Result.Body(StandardFormat.body(type, time, jobId, data));
        }
        try {
            return Transform.parse(transform, System::nanoTime).of(facts());
        } catch (IllegalArgumentException e) {
            return new Transform.Result.Failed("it cannot be read: " + e.getMessage());
        }
    }

    private EventVariables facts() {
        return new EventVariables(id, type, jobId, time, data);
    }

    /** Signed, with all headers, marked as a test. */
    HttpRequestBytes request(Webhook webhook, byte[] body) {
        byte[] sent = webhook.content().asciiJson() ? AsciiJson.escaped(body) : body;
        return HttpRequestBytes.ofTest(webhook, deliveryTo(webhook), sent, time.toEpochMilli());
    }

    /** Why such an event, published, would not be for the webhook. */
    Optional<String> unwantedBy(Webhook webhook) {
        if (webhook.events().stream().noneMatch(pattern -> pattern.matches(type))) {
            return Optional.of("none of its events is " + type);
        }
        String when = webhook.content().when();
        return when == null ? Optional.empty() : Optional.ofNullable(unwantedBy(when));
    }

    private @Nullable String unwantedBy(String when) {
        try {
            Condition.Result answer = Condition.parse(when, System::nanoTime).of(facts());
            if (answer instanceof Condition.Result.Failed failed) {
                return "when cannot be told: " + failed.reason();
            }
            return answer.equals(new Condition.Result.Value(true)) ? null : "when is not true of it";
        } catch (IllegalArgumentException e) {
            return "when cannot be read: " + e.getMessage();
        }
    }
}
