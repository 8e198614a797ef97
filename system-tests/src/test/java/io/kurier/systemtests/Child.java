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

/** A child JVM with the test's class path. Everything it says is kept, and shown when a wait for it fails. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SHOWN_LINES = 60;

    private final String name;
    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static Child start(Class<?> main, Map<String, String> settings, String... arguments) {
        return start(ClassArchive.OF_ALL_PARTS.options(), main, settings, arguments);
    }

    /** @param options with the class path */
    static Child start(List<String> options, Class<?> main, Map<String, String> settings, String... arguments) {
        return start(options, main.getSimpleName(), main.getName(), settings, arguments);
    }

    /** Compiled as it starts, as whoever tries an example does it. */
    static Child startSource(Path source, String... arguments) {
        return start(ClassArchive.OF_ALL_PARTS.options(), source.toString(), source.toString(), Map.of(), arguments);
    }

    private static Child start(
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
            return new Child(name + List.of(arguments), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("no child could be started", e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
            }
        } catch (IOException e) {
            said.add("(its output broke off: " + e.getMessage() + ")");
        }
    }

    /** The first line with this in it; waits for it. */
    String awaitLine(String part) {
        try {
            Awaitility.await(name + " says " + part)
                    .atMost(PATIENCE)
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

    boolean hasSaid(String part) {
        return line(part).isPresent();
    }

    private Optional<String> line(String part) {
        return said.stream().filter(line -> line.contains(part)).findFirst();
    }

    /** The end of what it said. */
    String output() {
        List<String> lines = List.copyOf(said);
        return name + " said:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /** Lets a {@link PartProcess} begin. */
    Child go() {
        awaitLine(PartProcess.READY);
        return sendLine();
    }

    Child sendLine() {
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
            throw new AssertionError(name + " still runs after " + limit + "\n" + output());
        }
        return process.exitValue();
    }

    void mustLive() {
        assertThat(process.isAlive()).as(output()).isTrue();
    }

    /** SIGSTOP: it holds what it has, and does nothing until {@link #thaw}. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
