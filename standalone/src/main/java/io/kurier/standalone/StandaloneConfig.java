package io.kurier.standalone;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.sender.SenderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the standalone mode, and its defaults for the parts: keys stored in the data folder, and few
 * partitions.
 */
final class StandaloneConfig {
    static final String DATA_DIR = "KURIER_DATA_DIR";
    static final String KAFKA_LISTEN = "KURIER_KAFKA_LISTEN";
    private static final String PARTITIONS = "4";

    private StandaloneConfig() {}

    static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        DATA_DIR,
                        Type.STRING,
                        "./data",
                        Importance.HIGH,
                        "Folder for everything that standalone stores: the broker's logs, `operator.key`, `encryption.key`."
                                + " Back it up as a whole.")
                .define(
                        KAFKA_LISTEN,
                        Type.STRING,
                        "127.0.0.1:9092",
                        Checks.hostPort(),
                        Importance.MEDIUM,
                        "Address of the embedded broker, for upstream services that publish to Kafka and for additional"
                                + " workers.");
    }

    /** @return the definitions of all settings of a standalone process */
    static List<ConfigDef> definitions() {
        return List.of(
                definition(),
                KafkaSettings.definition(),
                KurierRuntime.definition(),
                IngestApiConfig.definition(),
                DispatcherConfig.definition(),
                RetrySchedulerConfig.definition(),
                DeadLetterView.definition(),
                EgressSettings.definition(),
                SenderConfig.definition());
    }

    /** @return the data folder and the broker's address, which are needed before the other settings */
    static Settings own(Map<String, String> given) {
        return Settings.parse(given, List.of(definition()));
    }

    /**
     * @param given settings by name, as in the environment
     * @param dataDir holds the keys; missing ones are created
     * @param bootstrapServers address of the embedded broker
     */
    static Settings parts(Map<String, String> given, Path dataDir, String bootstrapServers) {
        Map<String, String> decided = new HashMap<>(given);
        decided.put(KafkaSettings.BOOTSTRAP_SERVERS, bootstrapServers);
        decided.putIfAbsent(KafkaSettings.PARTITIONS, PARTITIONS);
        decided.computeIfAbsent(
                IngestApiConfig.OPERATOR_KEY, key -> kept(dataDir.resolve("operator.key"), Keys::newOperatorKey));
        decided.computeIfAbsent(
                KurierRuntime.ENCRYPTION_KEY, key -> kept(dataDir.resolve("encryption.key"), SecretBox::newKey));
        return Settings.parse(decided, definitions());
    }

    /** @return the content of the file, which only its owner may read; created at the first start */
    private static String kept(Path file, Supplier<String> make) {
        try {
            if (Files.exists(file)) {
                return Files.readString(file).trim();
            }
            String text = make.get();
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text + "\n", StandardOpenOption.SYNC);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or write " + file + ": " + e.getMessage(), e);
        }
    }
}
