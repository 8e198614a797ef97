package io.kurier.benchmarks.process;

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
 * What a run would leave behind if nobody tidied up: its child processes, ended by their pids, and its temporary folder
 * with logs and data. A shutdown hook tidies up when the bench is interrupted; {@link #end} does so otherwise.
 */
public final class RunWorkspace {
    /** Flag for children that log by this module's own configuration. */
    public static final String LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

    private final Path folder;
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::tidyUp, "tidy-up");

    public RunWorkspace() {
        try {
            folder = Files.createTempDirectory("kurier-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder", e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Path folder() {
        return folder;
    }

    public ChildProcess start(
            String name, List<String> flags, List<String> mainAndArguments, Map<String, String> settings) {
        ChildProcess child = ChildProcess.start(name, folder, flags, mainAndArguments, settings);
        children.add(child);
        return child;
    }

    /** Ends the children, and deletes the folder when nobody will want to look into it. */
    public void end(boolean deleteFolder) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            waitForHook();
            return;
        }
        children.forEach(ChildProcess::close);
        if (deleteFolder) {
            delete();
        }
    }

    private void tidyUp() {
        children.forEach(ChildProcess::close);
        delete();
    }

    /** The JVM is going down: the hook has the work, and nothing more is to be said on this thread. */
    private void waitForHook() {
        try {
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("could not delete " + folder + ": " + e.getMessage());
        }
    }
}
