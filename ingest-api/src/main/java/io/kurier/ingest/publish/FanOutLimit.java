package io.kurier.ingest.publish;

import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.WebhookCounts;
import org.jspecify.annotations.Nullable;

/**
 * What one event may become in all: its size times the webhooks it goes to, each of which may need a record of its own.
 * Nothing is looked up of an event that could go to every webhook there is. Any thread.
 */
public final class FanOutLimit {
    private final WebhookCounts webhooks;
    private final long maxBytes;

    public FanOutLimit(WebhookCounts webhooks, long maxBytes) {
        this.webhooks = webhooks;
        this.maxBytes = maxBytes;
    }

    /**
     * What is wrong with the event, or null.
     *
     * @param bytes of its data
     * @param oneOffs receivers that it names itself
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
