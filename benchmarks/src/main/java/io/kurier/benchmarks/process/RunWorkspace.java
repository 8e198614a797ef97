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
 * The child processes and the temporary folder (logs, data) of one run. {@link #end} stops the children by their
 * process ids; a shutdown hook does so if the bench is interrupted.
 */
public final class RunWorkspace {
    /** JVM flag for children that use this module's logging configuration. */
    public static final String LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

    private final Path folder;
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::cleanUp, "clean-up");

    public RunWorkspace() {
        try {
            folder = Files.createTempDirectory("kurier-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a temporary folder", e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Path folder() {
        return folder;
    }

    /**
     * Starts a child that {@link #end} stops.
     *
     * @param name unique in the run; names the log file
     * @param flags JVM flags for this child only
     * @param mainAndArguments main class and its arguments
     * @param settings environment variables
     */
    public ChildProcess start(
            String name, List<String> flags, List<String> mainAndArguments, Map<String, String> settings) {
        ChildProcess child = ChildProcess.start(name, folder, flags, mainAndArguments, settings);
        children.add(child);
        return child;
    }

    /**
     * Stops the children.
     *
     * @param deleteFolder whether the folder with logs and data is deleted too
     */
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

    private void cleanUp() {
        children.forEach(ChildProcess::close);
        delete();
    }

    /** The JVM is shutting down: the hook cleans up, and this thread waits for it. */
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
            System.err.println("Cannot delete " + folder + ": " + e.getMessage());
        }
    }
}
