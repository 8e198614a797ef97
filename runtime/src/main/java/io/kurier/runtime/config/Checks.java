package io.kurier.runtime.config;

import io.kurier.model.Durations;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** What a setting's text must be. Each check's text is its place in the configuration page. */
public final class Checks {
    private Checks() {}

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

    public static ConfigDef.Validator hostPort() {
        return check("host:port", HostPort::parse);
    }

    /** Runs the parser; its complaint becomes the setting's. Empty text passes: it means unset. */
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
