package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A child JVM with the test's class path. Its whole output is kept, and shown if a wait for it fails. */
final class ChildProcess implements AutoCloseable {
    /** How long a test waits for a process or a delivery before it fails. */
    static final Duration WAIT_LIMIT = Duration.ofMinutes(3);

    private static final int SHOWN_LINES = 60;

    private final String name;
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static ChildProcess start(Class<?> main, Map<String, String> settings, String... arguments) {
        return start(SharedClassArchive.ALL_PARTS.options(), main, settings, arguments);
    }

    /**
     * @param options JVM options, including the class path
     * @param settings environment variables
     */
    static ChildProcess start(List<String> options, Class<?> main, Map<String, String> settings, String... arguments) {
        return start(options, main.getSimpleName(), main.getName(), settings, arguments);
    }

    /** Compiles and runs a source file, as the documentation of the examples says. */
    static ChildProcess startSource(Path source, String... arguments) {
        return start(SharedClassArchive.ALL_PARTS.options(), source.toString(), source.toString(), Map.of(), arguments);
    }

    private static ChildProcess start(
            List<String> options, String name, String main, Map<String, String> settings, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto"));
        command.addAll(options);
        command.add(main);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("KURIER_"));
        builder.environment().putAll(settings);
        try {
            return new ChildProcess(name + List.of(arguments), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the process " + name, e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
            }
        } catch (IOException e) {
            output.add("(reading the output failed: " + e.getMessage() + ")");
        }
    }

    /**
     * Waits for a line of output.
     *
     * @param part a part of the line
     * @return the first such line
     * @throws AssertionError with the end of the output, if the process ends or the line does not come in time
     */
    String awaitLine(String part) {
        try {
            Awaitility.await(name + " prints " + part)
                    .atMost(WAIT_LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .failFast(
                            "the child ended",
                            () -> !process.isAlive() && line(part).isEmpty())
                    .until(() -> line(part).isPresent());
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + output(), e);
        }
        return line(part).orElseThrow();
    }

    boolean hasPrinted(String part) {
        return line(part).isPresent();
    }

    private Optional<String> line(String part) {
        return output.stream().filter(line -> line.contains(part)).findFirst();
    }

    /** @return the last lines of its output */
    String output() {
        List<String> lines = List.copyOf(output);
        return name + " printed:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /** Waits until a {@link PartProcess} is ready and lets it begin its work. */
    ChildProcess begin() {
        awaitLine(PartProcess.READY);
        return sendLine();
    }

    ChildProcess sendLine() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(output(), e);
        }
        return this;
    }

    int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " is still running after " + limit + "\n" + output());
        }
        return process.exitValue();
    }

    void assertAlive() {
        assertThat(process.isAlive()).as(output()).isTrue();
    }

    /** Sends SIGSTOP: the process keeps its state and does nothing until {@link #thawAndCommit}. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Sends SIGCONT and lets the process make the commit that it held back; returns when it is done. */
    void thawAndCommit() throws IOException, InterruptedException {
        signal("-CONT");
        sendLine().awaitLine(CrashingClients.COMMITTED_LATE);
    }

    private void signal(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL; returns when the process is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
