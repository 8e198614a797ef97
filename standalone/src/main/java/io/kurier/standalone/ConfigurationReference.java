package io.kurier.standalone;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.PartMain;
import io.kurier.runtime.config.ConfigurationPage;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.sender.SenderConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Prints {@code docs/configuration.md}: every setting, from the code that declares it. */
public final class ConfigurationReference {
    private static final String HEAD = """
            # Configuration

            Settings are environment variables, or the same keys in the properties file that `KURIER_CONFIG_FILE` names;
            the environment takes precedence. A process checks all of its settings before it starts; if any are invalid,
            it reports them all at once and exits with code 2. Durations are written `250ms`, `10s`, `1m`, `6h`, `7d`.

            This page is generated: `./kurier configuration > docs/configuration.md`.
            """;

    private ConfigurationReference() {}

    public static void main(String[] args) {
        System.out.print(page());
    }

    static String page() {
        Map<String, ConfigDef> sections = new LinkedHashMap<>();
        sections.put("Kafka and topics (every process)", KafkaSettings.definition());
        sections.put("Secrets (every process)", KurierRuntime.definition());
        sections.put("Where deliveries may go (API and workers)", EgressSettings.definition());
        sections.put("Requests to receivers (API and workers)", SenderConfig.definition());
        sections.put("API", IngestApiConfig.definition());
        sections.put("Lists the API shows", DeadLetterView.definition());
        sections.put("Dispatcher worker", DispatcherConfig.definition());
        sections.put("Retry scheduler", RetrySchedulerConfig.definition());
        sections.put("Processes without an API", PartMain.adminDefinition());
        sections.put("Standalone", StandaloneConfig.definition());
        return HEAD + ConfigurationPage.render(sections);
    }
}
