package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page {@code /docs} as a browser renders it, without access to any other host. */
@ExtendWith(SharedApi.class)
class DocsPageIT {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    private final TestApi api;

    DocsPageIT(TestApi api) {
        this.api = api;
    }

    @Test
    void everyRouteAndSchemaOfTheContractIsShown() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no Chromium is installed, which would show /docs");
        JsonNode contract = api.send(HttpRequest.newBuilder(api.uri("/openapi.json")))
                .is(200)
                .json();
        String shown = shown(browser.get(), api.uri("/docs").toString());
        List<String> expected = new ArrayList<>();
        contract.path("paths").forEach(path -> path.findValuesAsText("operationId")
                .forEach(operation -> expected.add("id=\"" + operation + "\"")));
        contract.at("/components/schemas")
                .fieldNames()
                .forEachRemaining(name -> expected.add("id=\"schema-" + name + "\""));
        assertThat(expected).hasSizeGreaterThan(60);
        assertThat(shown).as("what the browser shows").contains(expected);
    }

    private static Optional<Path> browser() {
        return BROWSERS.stream()
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(path -> Path.of(path, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The elements of the page after its scripts have run. */
    private String shown(Path browser, String url) throws IOException, InterruptedException {
        Path out = folder.resolve("page.html");
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        url)
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(() -> "the browser is done; it said: " + text(log))
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readString(out);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "nothing to be read: " + e.getMessage();
        }
    }
}
