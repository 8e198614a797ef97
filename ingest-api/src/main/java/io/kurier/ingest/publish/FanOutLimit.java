package io.kurier.ingest.publish;

import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.WebhookCounts;
import org.jspecify.annotations.Nullable;

/**
 * Limits the size of an event times the webhooks that it goes to, because each of them may need a record of its own. An event
 * that is small enough for all existing webhooks is not looked up. Any thread.
 */
public final class FanOutLimit {
    private final WebhookCounts webhooks;
    private final long maxBytes;

    public FanOutLimit(WebhookCounts webhooks, long maxBytes) {
        this.webhooks = webhooks;
        this.maxBytes = maxBytes;
    }

    /**
     * @param bytes of the event's data
     * @param oneOffs number of ad-hoc receivers of the event
     * @return the 413 for an event beyond the limit; null if it is within
     */
    @Nullable
    Problem check(String tenant, String type, int bytes, int oneOffs) {
        if ((long) bytes * (webhooks.all() + oneOffs) <= maxBytes) {
            return null;
        }
        int receivers = webhooks.of(tenant, type) + oneOffs;
        if ((long) bytes * receivers <= maxBytes) {
            return null;
        }
        return Problem.field(
                        "data",
                        bytes + " bytes for " + receivers + " webhooks",
                        "expected at most " + maxBytes + " bytes in all (" + IngestApiConfig.MAX_FAN_OUT_BYTES + ")")
                .as(413);
    }
}
