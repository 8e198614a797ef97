package io.kurier.runtime.health;

/**
 * One condition under which a process is ready.
 *
 * @param name short and constant, such as {@code control-tables}
 * @param ok whether the condition holds
 * @param detail what was found, for a human reader
 */
public record Check(String name, boolean ok, String detail) {}
