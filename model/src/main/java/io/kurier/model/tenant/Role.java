package io.kurier.model.tenant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. Each route requires one role. */
public enum Role {
    /** Publishes events. */
    PUBLISH,
    /** Reads everything of its tenant. */
    READ,
    /** Changes webhooks and orders replays; includes {@link #READ}. */
    MANAGE,
    /** Everything, for every tenant. Only the operator has it, never a tenant's key. */
    OPERATOR;

    /** The roles that a tenant's key can have. */
    public static final List<Role> OF_KEYS = List.of(PUBLISH, MANAGE, READ);

    /** Whether a caller with this role may use a route that needs the other. */
    public boolean includes(Role needed) {
        return this == needed || this == OPERATOR || (this == MANAGE && needed == READ);
    }

    /** The name in requests and records: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of keys with this name; empty for any other text. */
    public static Optional<Role> ofKey(String text) {
        return OF_KEYS.stream().filter(role -> role.text().equals(text)).findFirst();
    }

    /** The names, separated by commas. */
    public static String texts(Iterable<Role> roles) {
        StringBuilder text = new StringBuilder();
        for (Role role : roles) {
            text.append(text.isEmpty() ? "" : ", ").append(role.text());
        }
        return text.toString();
    }

    /** The names of all roles that keys can have, for messages. */
    public static String expected() {
        return texts(OF_KEYS);
    }
}
