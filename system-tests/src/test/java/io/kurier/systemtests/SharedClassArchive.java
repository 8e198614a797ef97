package io.kurier.systemtests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A class data sharing archive with the classes of all parts, recorded by a standalone process that starts and stops:
 * a child JVM that uses it starts in half the time. If this JVM cannot make one, children start without it.
 */
final class SharedClassArchive {
    private static final Path FOLDER = Path.of("target", "children");

    static final SharedClassArchive ALL_PARTS = make();

    private final List<String> options;

    private SharedClassArchive(List<String> options) {
        this.options = options;
    }

    /** @return JVM options for a child, including the class path */
    List<String> options() {
        return options;
    }

    private static SharedClassArchive make() {
        try {
            Files.createDirectories(FOLDER);
            List<String> classPath = List.of("-cp", classPath());
            Path archive = FOLDER.resolve("classes.jsa");
            Files.deleteIfExists(archive);
            if (!isMade(archive, classPath)) {
                return new SharedClassArchive(classPath);
            }
            List<String> all = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive));
            all.addAll(classPath);
            return new SharedClassArchive(List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the class archive", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** If the process cannot start, the first test that starts one reports the reason. */
    private static boolean isMade(Path archive, List<String> classPath) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-XX:ArchiveClassesAtExit=" + archive));
        options.addAll(classPath);
        Path data = Files.createTempDirectory(FOLDER, "data");
        try (ChildProcess standalone = StandaloneProcess.start(options, data)) {
            standalone.awaitLine("  API  ");
            standalone.terminate();
            standalone.awaitExit(ChildProcess.WAIT_LIMIT);
            return Files.exists(archive);
        } catch (AssertionError e) {
            System.err.println("Child processes start without a class archive: " + e.getMessage());
            return false;
        }
    }

    /** An archive supports jars only, so class folders are packed. */
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
