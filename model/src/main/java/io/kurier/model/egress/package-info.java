/**
 * Where a webhook URL may lead: URL syntax, private networks, allowed and denied addresses. Keeps promise 7 (nothing
 * inside is reachable). Pure; any thread.
 */
@NullMarked
package io.kurier.model.egress;

import org.jspecify.annotations.NullMarked;
