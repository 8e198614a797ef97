package io.kurier.runtime.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** Renders declared settings as the sections of {@code docs/configuration.md}: one heading for each setting. */
public final class ConfigurationPage {
    private static final int LINE_LENGTH = 120;
    /** How Kafka prints a range. */
    private static final Pattern RANGE = Pattern.compile("\\[(.*),\\.\\.\\.,(.*)]");
    /** A word, or a code span with the punctuation around it, which must not be broken. */
    private static final Pattern UNBROKEN = Pattern.compile("(?:[^\\s`]|`[^`]*`)+");

    private ConfigurationPage() {}

    /**
     * @param sections title to its settings, in order
     * @return Markdown with lines of at most 120 characters
     */
    public static String render(Map<String, ConfigDef> sections) {
        StringBuilder page = new StringBuilder();
        sections.forEach((title, definition) -> {
            page.append("\n## ").append(title).append("\n");
            definition.configKeys().values().forEach(key -> page.append(entry(key)));
        });
        return page.toString();
    }

    private static String entry(ConfigDef.ConfigKey key) {
        return "\n### `" + key.name + "`\n\n" + wrapped(preset(key) + " Value: " + bounds(key) + ".") + "\n"
                + wrapped(key.documentation);
    }

    private static String preset(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "Required.";
        }
        Object preset = key.defaultValue;
        String text = preset instanceof Password secret ? secret.value() : String.valueOf(preset);
        return preset == null || text.isEmpty() ? "Default: unset." : "Default: `" + text + "`.";
    }

    private static String bounds(ConfigDef.ConfigKey key) {
        if (key.validator != null) {
            String text = key.validator.toString();
            Matcher range = RANGE.matcher(text);
            return range.matches() ? range.group(1) + " to " + range.group(2) : text;
        }
        return switch (key.type) {
            case BOOLEAN -> "`true` or `false`";
            case INT, SHORT, LONG -> "a whole number";
            case DOUBLE -> "a number";
            default -> "text";
        };
    }

    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int length = 0;
        Matcher word = UNBROKEN.matcher(text);
        while (word.find()) {
            if (length > 0 && length + 1 + word.group().length() > LINE_LENGTH) {
                lines.append('\n');
                length = 0;
            } else if (length > 0) {
                lines.append(' ');
                length++;
            }
            lines.append(word.group());
            length += word.group().length();
        }
        return lines.append('\n').toString();
    }
}
