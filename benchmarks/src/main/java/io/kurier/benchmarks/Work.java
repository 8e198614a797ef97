package io.kurier.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * What a run leaves behind if nobody tidies up: its child processes and its temporary folder with logs and data.
 * {@link #endChildren} may be called from the shutdown hook while the main thread still runs.
 */
final class Work {
    /** Flag for children that log by this module's own configuration. */
    static final String LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

    private final Path folder;
    private final List<Target> children = new CopyOnWriteArrayList<>();

    Work() {
        try {
            folder = Files.createTempDirectory("kurier-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder", e);
        }
    }

    Path folder() {
        return folder;
    }

    Target start(String name, List<String> flags, List<String> mainAndArguments, Map<String, String> settings) {
        Target child = Target.start(name, folder, flags, mainAndArguments, settings);
        children.add(child);
        return child;
    }

    void endChildren() {
        children.forEach(Target::close);
    }

    void deleteFolder() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + folder, e);
        }
    }
}
