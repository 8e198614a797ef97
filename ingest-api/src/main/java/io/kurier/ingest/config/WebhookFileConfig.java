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
 * Settings of the file that declares webhooks.
 *
 * @param file null if webhooks are managed by the API only
 * @param poll interval between two reads of the file
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
                        "A YAML file that declares webhooks. It is applied at start and after each change. A webhook that it declared before and does not declare any more is deleted, so give every API process the same file.")
                .define(
                        POLL,
                        Type.STRING,
                        "2s",
                        Checks.duration("100ms", "1h"),
                        Importance.LOW,
                        "Interval between two reads of the file. A change is applied once two reads in a row have found it.");
    }

    static WebhookFileConfig from(Settings settings) {
        String file = settings.text(FILE);
        return new WebhookFileConfig(file.isEmpty() ? null : Path.of(file), settings.duration(POLL));
    }
}
