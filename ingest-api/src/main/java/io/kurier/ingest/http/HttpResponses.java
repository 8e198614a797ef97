package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What routes read from requests and write as answers. Any thread. */
public final class HttpResponses {
    private static final int MAX_PAGE = 1_000;
    private static final int PAGE = 100;

    private HttpResponses() {}

    public static byte[] body(RoutingContext context) {
        return notEmpty(BodyCollector.of(context));
    }

    /** The fields of a body that may be missing or empty. */
    public static JsonFields fields(RoutingContext context, Set<String> known) {
        return JsonFields.of(Json.objectOrNothing(BodyCollector.of(context)), "", known);
    }

    public static byte[] notEmpty(byte[] body) {
        if (body.length == 0) {
            throw Problem.of(400, "expected a JSON body, found none").refused();
        }
        return body;
    }

    /** Whom the caller acts for. */
    public static String tenant(RoutingContext context) {
        Caller holder = Caller.of(context);
        String tenant = context.request().getParam("tenant");
        if (tenant == null) {
            return holder.tenant();
        }
        if (!Ids.isTenant(tenant)) {
            throw Problem.field("tenant", tenant, Ids.EXPECTED_TENANT).refused();
        }
        return holder.actingFor(tenant);
    }

    public static int limit(RoutingContext context) {
        String text = context.request().getParam("limit", Integer.toString(PAGE));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // the one message below
        }
        throw Problem.field("limit", text, "expected 1 to " + MAX_PAGE).refused();
    }

    /** Where the page before ended, which only its {@code next_cursor} tells; {@code first} for the first page. */
    public static String cursor(RoutingContext context, Predicate<String> isPlace, String first) {
        String text = context.request().getParam("cursor");
        if (text != null && !isPlace.test(text)) {
            throw wrongCursor(text);
        }
        return text == null ? first : text;
    }

    public static Problem.RefusedException wrongCursor(String text) {
        return Problem.field("cursor", text, "expected the next_cursor of the page before")
                .refused();
    }

    /** A time given as text; null when it is not given. */
    public static @Nullable Long time(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Instant time = EventRules.parseTime(text);
        if (time == null) {
            throw Problem.field(field, text, EventRules.EXPECTED_TIME).refused();
        }
        return time.toEpochMilli();
    }

    public static void json(RoutingContext context, int status, JsonNode body) {
        json(context, status, body.toString());
    }

    public static void json(RoutingContext context, int status, String body) {
        json(context.response(), status, body);
    }

    public static void json(HttpServerResponse response, int status, String body) {
        send(response, status, "application/json", body);
    }

    public static void problem(RoutingContext context, Problem problem) {
        problem(context.response(), problem);
    }

    public static void problem(HttpServerResponse response, Problem problem) {
        if (problem.retryAfterMs() > 0) {
            response.putHeader("retry-after", Long.toString((problem.retryAfterMs() + 999) / 1_000));
        }
        send(
                response,
                problem.status(),
                "application/problem+json",
                problem.json().toString());
    }

    public static void send(HttpServerResponse response, int status, String type, String body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).putHeader("content-type", type).end(body);
        }
    }
}
