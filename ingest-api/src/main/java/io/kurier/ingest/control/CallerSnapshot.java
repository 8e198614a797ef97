package io.kurier.ingest.control;

import io.kurier.model.tenant.ApiKey;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request and its tenant as they were when the request came in. {@link CallerChecks} verifies them again
 * when the change is decided.
 *
 * @param key null for the operator
 * @param tenant the id of the tenant that the request acts for
 * @param isRegistered whether that tenant was registered
 */
public record CallerSnapshot(@Nullable ApiKey key, String tenant, boolean isRegistered) {}
