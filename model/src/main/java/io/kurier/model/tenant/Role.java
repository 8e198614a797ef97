package io.kurier.model.tenant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a key may be used for. A route names the one it needs. */
public enum Role {
    /** Sends events. */
    PUBLISH,
    /** Sees everything of its tenant. */
    READ,
    /** Changes webhooks and orders replays; sees everything too. */
    MANAGE,
    /** Everything, of every tenant: the operator's alone, never a key's. */
    OPERATOR;

    /** Those a tenant's key can have. */
    public static final List<Role> OF_KEYS = List.of(PUBLISH, MANAGE, READ);

    /** Whether who has this role may do what needs the other. */
    public boolean includes(Role needed) {
        return this == needed || this == OPERATOR || (this == MANAGE && needed == READ);
    }

    /** As requests and records name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A role of keys; empty for any other text. */
    public static Optional<Role> ofKey(String text) {
        return OF_KEYS.stream().filter(role -> role.text().equals(text)).findFirst();
    }

    /** Their names for people. */
    public static String texts(Iterable<Role> roles) {
        StringBuilder text = new StringBuilder();
        for (Role role : roles) {
            text.append(text.isEmpty() ? "" : ", ").append(role.text());
        }
        return text.toString();
    }

    /** All that keys can have, for messages. */
    public static String expected() {
        return texts(OF_KEYS);
    }
}
