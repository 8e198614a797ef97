package io.kurier.model.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What of an event a webhook gets, besides what every webhook does. Webhooks without wishes share {@link #PLAIN}, so that
 * one comparison tells.
 *
 * @param when an expression that must be true of an event, or it is not for this webhook; null for every one
 * @param asciiJson whether everything beyond ASCII is escaped in the body
 * @param transform an expression whose value is the body; null for the format's
 */
public record PayloadSettings(
        CustomHeaders headers,
        boolean asciiJson,
        @Nullable String when,
        @Nullable String transform) {
    public static final PayloadSettings PLAIN = new PayloadSettings(CustomHeaders.NONE, false, null, null);

    /** The same, or {@link #PLAIN} when that is what it is. */
    public PayloadSettings orPlain() {
        return equals(PLAIN) ? PLAIN : this;
    }
}
