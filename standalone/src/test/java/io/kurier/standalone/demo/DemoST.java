package io.kurier.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo as the launcher does, as a process of its own. */
class DemoST {
    /** Longer than the demo's own limit, so that its message shows what it waited for. */
    private static final int MINUTES = 5;

    @TempDir
    private Path temporary;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void theNumbersAddUpAndNothingIsLeftBehind() throws Exception {
        Process demo = demo();

        boolean ended = demo.waitFor(MINUTES, TimeUnit.MINUTES);

        String shown = Files.readString(out());
        assertThat(ended).as("ends by itself:%n%s", shown).isTrue();
        assertThat(demo.exitValue())
                .as("%s%n%s", Files.readString(errors()), shown)
                .isZero();
        assertThat(shown)
                .contains("accepted", "delivered", "refused", "again in 2.0 s", "dead", "given up", "replayed")
                .contains("GET /api/v1/dead-letters lists 22", "POST /api/v1/replays")
                .containsPattern("events accepted +70 +70")
                .containsPattern("deliveries +92 +92 +92")
                .containsPattern("retries +44 +44")
                .containsPattern("signatures checked +158 +0 bad")
                .containsPattern("duplicates +0 +0")
                .contains("The numbers add up")
                .doesNotContain("FORGED", "differs", "\u001b", "INFO", "whsec_", "kop_");
        assertThat(Files.readString(errors())).doesNotContain("ERROR", "Exception", "INFO");
        assertThat(leftFolders()).isEmpty();
    }

    @Test
    void aSignalDuringTheRunCleansUp() throws Exception {
        Process demo = demo("--keep");
        await().atMost(MINUTES, TimeUnit.MINUTES)
                .until(() -> Files.readString(out()).contains("delivered  dashboard"));
        assertThat(leftFolders()).hasSize(1);

        demo.destroy();

        assertThat(demo.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isNotZero();
        assertThat(leftFolders()).isEmpty();
    }

    @Test
    void anUnknownOptionIsRejectedWithItsName() throws Exception {
        Process demo = demo("--kep");

        assertThat(demo.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(2);
        assertThat(Files.readString(errors())).contains("'--kep'", "usage: ./kurier demo");
    }

    @Test
    void helpDescribesTheOptions() throws Exception {
        Process demo = demo("--help");

        assertThat(demo.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isZero();
        assertThat(Files.readString(out())).contains("usage: ./kurier demo", "--keep");
    }

    private Process demo(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
        command.addAll(List.of(arguments));
        Process demo = new ProcessBuilder(command)
                .redirectOutput(out().toFile())
                .redirectError(errors().toFile())
                .start();
        started.add(demo);
        return demo;
    }

    private Path out() {
        return temporary.resolve("out");
    }

    private Path errors() {
        return temporary.resolve("errors");
    }

    private List<Path> leftFolders() throws IOException {
        try (Stream<Path> found = Files.list(temporary)) {
            return found.filter(path -> path.getFileName().toString().startsWith("kurier-demo-"))
                    .toList();
        }
    }
}
