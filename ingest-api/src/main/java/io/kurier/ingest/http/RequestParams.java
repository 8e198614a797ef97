package io.kurier.ingest.http;

import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the query parameters that many routes share. Each problem names the parameter. Any thread. */
public final class RequestParams {
    private static final int MAX_LIMIT = 1_000;
    private static final int DEFAULT_LIMIT = 100;

    private RequestParams() {}

    /**
     * The tenant that the request is about: that of the parameter {@code tenant}, or that of the caller.
     *
     * @throws Problem.RefusedException if the parameter is malformed, or the caller may not act for that tenant
     */
    public static String tenant(RoutingContext context) {
        Caller caller = Caller.of(context);
        String tenant = context.request().getParam("tenant");
        if (tenant == null) {
            return caller.tenant();
        }
        if (!Ids.isTenant(tenant)) {
            throw Problem.field("tenant", tenant, Ids.EXPECTED_TENANT).refused();
        }
        return caller.actingFor(tenant);
    }

    /** The most items of a page: 1 to 1,000, or 100 if the request does not say. */
    public static int limit(RoutingContext context) {
        String text = context.request().getParam("limit", Integer.toString(DEFAULT_LIMIT));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw Problem.field("limit", text, "expected 1 to " + MAX_LIMIT).refused();
    }

    /**
     * The position after which the page begins: the {@code next_cursor} of the previous page.
     *
     * @param first the position of the first page
     */
    public static String cursor(RoutingContext context, Predicate<String> isCursor, String first) {
        String text = context.request().getParam("cursor");
        if (text != null && !isCursor.test(text)) {
            throw invalidCursor(text);
        }
        return text == null ? first : text;
    }

    public static Problem.RefusedException invalidCursor(String text) {
        return Problem.field("cursor", text, "expected the next_cursor of the previous page")
                .refused();
    }

    /**
     * Parses a time that a parameter or a field holds.
     *
     * @param name of the parameter, or path of the field
     * @param text RFC 3339; null if it is missing
     * @return milliseconds since 1970; null if it is missing
     */
    public static @Nullable Long time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Instant time = EventRules.parseTime(text);
        if (time == null) {
            throw Problem.field(name, text, EventRules.EXPECTED_TIME).refused();
        }
        return time.toEpochMilli();
    }
}
