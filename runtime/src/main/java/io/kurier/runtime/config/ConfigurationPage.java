package io.kurier.runtime.config;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** Renders declared settings as the tables of {@code docs/configuration.md}. */
public final class ConfigurationPage {
    private ConfigurationPage() {}

    /** @param sections title to its settings, in order */
    public static String render(Map<String, ConfigDef> sections) {
        StringBuilder page = new StringBuilder();
        sections.forEach((title, definition) -> {
            page.append("\n## ")
                    .append(title)
                    .append("\n\n| setting | default | bounds | what it does |\n|---|---|---|---|\n");
            definition.configKeys().values().forEach(key -> page.append(row(key)));
        });
        return page.toString();
    }

    private static String row(ConfigDef.ConfigKey key) {
        Object preset = key.hasDefault() ? key.defaultValue : "required";
        String text = preset instanceof Password secret ? secret.value() : String.valueOf(preset);
        String shown = preset == null || text.isEmpty() ? "unset" : "`" + text + "`";
        String bounds = key.validator == null ? key.type.name().toLowerCase(Locale.ROOT) : key.validator.toString();
        return "| `" + key.name + "` | " + shown + " | " + bounds.replace("|", "\\|") + " | " + key.documentation
                + " |\n";
    }
}
