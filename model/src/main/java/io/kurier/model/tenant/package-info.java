/** Tenants, their API keys and roles, and the ad-hoc webhooks that their events may name. Values; any thread. */
@NullMarked
package io.kurier.model.tenant;

import org.jspecify.annotations.NullMarked;
