package io.kurier.runtime.config;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Validators of settings. Each prints itself as the configuration page shows it. */
public final class Checks {
    private Checks() {}

    /** A duration between the two, both included, such as {@code 100ms} and {@code 30s}. */
    public static ConfigDef.Validator duration(String shortest, String longest) {
        Duration min = Durations.parse(shortest);
        Duration max = Durations.parse(longest);
        return check(shortest + " to " + longest, text -> {
            Duration value = Durations.parse(text);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException("expected " + shortest + " to " + longest);
            }
        });
    }

    /** An address to listen on. */
    public static ConfigDef.Validator hostPort() {
        return check("`host:port`", HostPort::parse);
    }

    /**
     * A value that the parser accepts. An empty value passes, since it means unset.
     *
     * @param expected the bounds on the configuration page
     * @param parser throws {@link IllegalArgumentException} with the message for the user
     */
    public static ConfigDef.Validator check(String expected, Consumer<String> parser) {
        return new ConfigDef.Validator() {
            @Override
            public void ensureValid(String name, Object value) {
                String text = value instanceof Password password ? password.value() : (String) value;
                if (text == null || text.isEmpty()) {
                    return;
                }
                try {
                    parser.accept(text);
                } catch (IllegalArgumentException e) {
                    // a Password prints itself as [hidden]
                    throw new ConfigException(name, value, e.getMessage());
                }
            }

            @Override
            public String toString() {
                return expected;
            }
        };
    }
}
