/**
 * Signing secrets, signatures and the standard body, as Standard Webhooks 1.0.0 defines them. Pure; any thread.
 */
@NullMarked
package io.kurier.model.signing;

import org.jspecify.annotations.NullMarked;
