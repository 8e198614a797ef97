package io.kurier.systemtests;

import io.kurier.standalone.Standalone;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of all parts, read and checked once, by a standalone process that starts and ends: a child JVM that has them
 * starts in half the time. Without it, where this JVM makes none, children start as they do anywhere.
 */
final class ClassArchive {
    private static final Path FOLDER = Path.of("target", "children");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    static final ClassArchive OF_ALL_PARTS = make();

    private final List<String> options;

    private ClassArchive(List<String> options) {
        this.options = options;
    }

    /** For the command line of a child: its class path among them. */
    List<String> options() {
        return options;
    }

    private static ClassArchive make() {
        try {
            Files.createDirectories(FOLDER);
            List<String> classPath = List.of("-cp", classPath());
            Path archive = FOLDER.resolve("classes.jsa");
            Files.deleteIfExists(archive);
            if (!isMade(archive, classPath)) {
                return new ClassArchive(classPath);
            }
            List<String> all = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive));
            all.addAll(classPath);
            return new ClassArchive(List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException("the children's classes cannot be gathered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What keeps the process from starting is told by the first test that starts one. */
    private static boolean isMade(Path archive, List<String> classPath) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-XX:ArchiveClassesAtExit=" + archive));
        options.addAll(classPath);
        Path data = Files.createTempDirectory(FOLDER, "data");
        Map<String, String> settings = Map.of(
                "KURIER_DATA_DIR", data.toString(),
                "KURIER_HTTP_LISTEN", "127.0.0.1:0",
                "KURIER_KAFKA_LISTEN", "127.0.0.1:0");
        try (Child standalone = Child.start(options, Standalone.class, settings)) {
            standalone.awaitLine("  API  ");
            standalone.terminate();
            standalone.awaitExit(PATIENCE);
            return Files.exists(archive);
        } catch (AssertionError e) {
            System.err.println("children start without an archive of classes: " + e.getMessage());
            return false;
        }
    }

    /** An archive knows jars only. */
    private static String classPath() throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = FOLDER.resolve(entries.size() + ".jar").toAbsolutePath();
                pack(path, jar);
                entries.add(jar.toString());
            } else {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
