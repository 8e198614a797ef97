package io.kurier.model.webhook;

import org.jspecify.annotations.Nullable;

/**
 * Which events a webhook gets, and how its requests look. Webhooks without such settings share {@link #PLAIN}, so that a
 * comparison by reference finds them.
 *
 * @param headers added to every request
 * @param asciiJson whether characters outside of ASCII are escaped in the body
 * @param when CEL condition on events; null for every event
 * @param transform CEL expression whose value is the body; null for the body of the format
 */
public record PayloadSettings(
        CustomHeaders headers,
        boolean asciiJson,
        @Nullable String when,
        @Nullable String transform) {
    /** The settings of a webhook that has none of its own. */
    public static final PayloadSettings PLAIN = new PayloadSettings(CustomHeaders.NONE, false, null, null);

    /** These settings, or {@link #PLAIN} itself when they are equal to it. */
    public PayloadSettings orPlain() {
        return equals(PLAIN) ? PLAIN : this;
    }
}
