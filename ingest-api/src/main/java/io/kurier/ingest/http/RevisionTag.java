package io.kurier.ingest.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/** The header {@code If-Match}, as {@code ETag} told it, keeps one change from undoing another. */
public final class RevisionTag {
    private RevisionTag() {}

    public static void put(RoutingContext context, long revision) {
        context.response().putHeader("etag", text(revision));
    }

    /**
     * @param thing for people, such as webhook wh_1
     * @throws Problem.RefusedException when the caller saw another revision
     */
    public static void check(RoutingContext context, String thing, long revision) {
        String wanted = context.request().getHeader("if-match");
        if (wanted != null
                && Arrays.stream(wanted.split(","))
                        .map(String::strip)
                        .noneMatch(tag -> tag.equals("*") || tag.equals(text(revision)))) {
            throw new Problem(412, thing + " was changed meanwhile", "If-Match", wanted, "expected " + text(revision))
                    .refused();
        }
    }

    private static String text(long revision) {
        return "\"" + revision + "\"";
    }
}
