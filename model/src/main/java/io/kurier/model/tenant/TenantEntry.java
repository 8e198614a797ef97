package io.kurier.model.tenant;

/** What the topic {@code tenants} holds: tenants and their keys. */
public sealed interface TenantEntry permits Tenant, ApiKey {}
