package io.kurier.model.tenant;

/** A record of the topic {@code tenants}: a tenant or an API key. */
public sealed interface TenantEntry permits Tenant, ApiKey {}
