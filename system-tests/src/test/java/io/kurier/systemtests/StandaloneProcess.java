package io.kurier.systemtests;

import io.kurier.standalone.Standalone;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The standalone process on a data folder, with free ports. */
final class StandaloneProcess {
    private StandaloneProcess() {}

    /**
     * @param folder the data folder
     * @param more settings that are added to the folder and the ports
     */
    static Map<String, String> settings(Path folder, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "KURIER_DATA_DIR", folder.toString(),
                "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                "KURIER_KAFKA_LISTEN", "127.0.0.1:0"));
        settings.putAll(more);
        return settings;
    }

    /** Starts it with the archive of shared classes. */
    static ChildProcess start(Path folder, Map<String, String> more) {
        return ChildProcess.start(Standalone.class, settings(folder, more));
    }

    /** Starts it with these JVM options, which include the class path. */
    static ChildProcess start(List<String> options, Path folder) {
        return ChildProcess.start(options, Standalone.class, settings(folder, Map.of()));
    }
}
