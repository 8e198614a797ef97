/**
 * What a webhook is, which events it matches, and its limits. Values; {@code WebhookIndex} is for one thread.
 */
@NullMarked
package io.kurier.model.webhook;

import org.jspecify.annotations.NullMarked;
