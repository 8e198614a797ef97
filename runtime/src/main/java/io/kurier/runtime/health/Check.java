package io.kurier.runtime.health;

/** One thing that must be well for a process to be ready. */
public record Check(String name, boolean ok, String detail) {}
