package io.kurier.runtime.config;

import io.kurier.model.Durations;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The values of all settings that a process declared, checked together. Immutable. */
public final class Settings {
    /** The environment variable with the path of a properties file with the same keys; the environment wins. */
    public static final String FILE = "KURIER_CONFIG_FILE";

    private final Map<String, String> given;
    private final Map<String, Object> values;

    private Settings(Map<String, String> given, Map<String, Object> values) {
        this.given = given;
        this.values = values;
    }

    /**
     * Parses the environment and the properties file.
     *
     * @throws BadSettingsException naming every setting that is wrong
     */
    public static Settings fromEnvironment(List<ConfigDef> definitions) {
        return parse(environment(), definitions);
    }

    /**
     * Parses the given settings.
     *
     * @param given by key; unknown keys are ignored
     * @throws BadSettingsException naming every setting that is wrong
     */
    public static Settings parse(Map<String, String> given, List<ConfigDef> definitions) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        for (ConfigDef definition : definitions) {
            for (ConfigValue value : definition.validate(given)) {
                value.errorMessages().forEach(errors::add);
                values.put(value.name(), value.value());
            }
        }
        if (!errors.isEmpty()) {
            throw new BadSettingsException(errors);
        }
        return new Settings(Map.copyOf(given), values);
    }

    /**
     * The settings as given: those of the properties file that {@link #FILE} names, replaced by the environment's.
     *
     * @throws BadSettingsException if the file cannot be read
     */
    public static Map<String, String> environment() {
        return withFile(System.getenv());
    }

    private static Map<String, String> withFile(Map<String, String> environment) {
        Map<String, String> merged = new TreeMap<>();
        String file = environment.get(FILE);
        if (file != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new BadSettingsException(
                        List.of("cannot read the properties file " + FILE + "=" + file + ": " + e));
            }
            properties.stringPropertyNames().forEach(key -> merged.put(key, properties.getProperty(key)));
        }
        environment.forEach((key, value) -> {
            if (key.startsWith("KURIER_")) {
                merged.put(key, value);
            }
        });
        return merged;
    }

    // Each getter throws IllegalStateException if this process did not declare the setting, and ClassCastException if
    // it has
    // another type: both are bugs.

    public String text(String key) {
        return (String) value(key);
    }

    public String secret(String key) {
        return ((Password) value(key)).value();
    }

    public int number(String key) {
        return (Integer) value(key);
    }

    public double decimal(String key) {
        return (Double) value(key);
    }

    public boolean flag(String key) {
        return (Boolean) value(key);
    }

    public Duration duration(String key) {
        return Durations.parse(text(key));
    }

    public HostPort hostPort(String key) {
        return HostPort.parse(text(key));
    }

    /**
     * The given keys that begin with the prefix and were not declared, without the prefix, in lower case and with dots:
     * {@code KURIER_KAFKA_SASL_MECHANISM} becomes {@code sasl.mechanism}.
     */
    public Map<String, String> passedThrough(String prefix) {
        Map<String, String> passed = new TreeMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(prefix) && !values.containsKey(key)) {
                passed.put(
                        key.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return passed;
    }

    private Object value(String key) {
        @Nullable Object value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("this process did not declare the setting " + key);
        }
        return value;
    }
}
