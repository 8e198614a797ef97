package io.kurier.ingest.config;

import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/**
 * The file in which webhooks may be kept.
 *
 * @param file null when there is none
 * @param poll how often it is looked at
 */
public record WebhookFileConfig(@Nullable Path file, Duration poll) {
    public static final String FILE = "KURIER_WEBHOOKS_FILE";
    private static final String POLL = "KURIER_WEBHOOKS_FILE_POLL";

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        FILE,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "A YAML file of webhooks, applied at start and when it changes. What it made and no longer names is deleted, so give every API process the same one.")
                .define(
                        POLL,
                        Type.STRING,
                        "2s",
                        Checks.duration("100ms", "1h"),
                        Importance.LOW,
                        "How often that file is looked at; a change is applied once two looks in a row found it.");
    }

    static WebhookFileConfig from(Settings settings) {
        String file = settings.text(FILE);
        return new WebhookFileConfig(file.isEmpty() ? null : Path.of(file), settings.duration(POLL));
    }
}
