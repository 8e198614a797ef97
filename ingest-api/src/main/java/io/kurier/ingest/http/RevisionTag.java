package io.kurier.ingest.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/** The headers {@code ETag} and {@code If-Match}, which keep one change from undoing another. Any thread. */
public final class RevisionTag {
    private RevisionTag() {}

    /** Sets the header {@code ETag} of the response. */
    public static void put(RoutingContext context, long revision) {
        context.response().putHeader("etag", text(revision));
    }

    /**
     * @param thing for the message, such as {@code webhook wh_1}
     * @param revision the current one
     * @throws Problem.RefusedException with 412 if the request has an {@code If-Match} without this revision
     */
    public static void check(RoutingContext context, String thing, long revision) {
        String ifMatch = context.request().getHeader("if-match");
        if (ifMatch != null
                && Arrays.stream(ifMatch.split(","))
                        .map(String::strip)
                        .noneMatch(tag -> tag.equals("*") || tag.equals(text(revision)))) {
            throw new Problem(
                            412,
                            thing + " has been changed: If-Match is " + Problem.shortened(ifMatch)
                                    + ", the current revision is " + text(revision)
                                    + ". Read it again and repeat the change",
                            "If-Match",
                            Problem.shortened(ifMatch),
                            "expected " + text(revision))
                    .refused();
        }
    }

    private static String text(long revision) {
        return "\"" + revision + "\"";
    }
}
