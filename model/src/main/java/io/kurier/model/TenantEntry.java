package io.kurier.model;

/** What the topic {@code tenants} holds: tenants and their keys. */
public sealed interface TenantEntry permits Tenant, ApiKey {}
