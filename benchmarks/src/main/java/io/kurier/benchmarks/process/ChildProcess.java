package io.kurier.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A child JVM with this JVM's class path; its output goes to a log file. Every child runs with the flags of the
 * bench's own JVM, so that subjects do not differ in their heap. The caller's {@code KURIER_} settings never reach a
 * child, so a bench cannot touch a real Kafka. Any thread may call {@link #close}, more than once.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a main class.
     *
     * @param name unique in the run; names the log file
     * @param folder working directory, and where the log goes
     * @param flags JVM flags for this child only, in addition to the bench's own
     * @param mainAndArguments main class and its arguments
     * @param settings environment variables
     * @throws UncheckedIOException if the process cannot be started
     */
    static ChildProcess start(
            String name, Path folder, List<String> flags, List<String> mainAndArguments, Map<String, String> settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ownFlags());
        command.addAll(flags);
        command.addAll(List.of("-cp", ownClassPath()));
        command.addAll(mainAndArguments);
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("KURIER_"));
        builder.environment().putAll(settings);
        try {
            return new ChildProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the process " + name, e);
        }
    }

    /** @return a loopback port that is free at the moment */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port is free", e);
        }
    }

    /** @return the flags of this JVM without agents: a debugger's port cannot be bound twice */
    private static List<String> ownFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent"))
                .toList();
    }

    /** @return the class path with absolute entries, because a child has another working directory */
    private static String ownClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** @throws IllegalStateException with the end of the child's log if the child has ended */
    public void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended with exit code " + process.exitValue() + "; last lines of "
                    + log + ":\n" + logTail());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
