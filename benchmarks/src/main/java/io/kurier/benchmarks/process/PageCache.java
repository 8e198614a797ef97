package io.kurier.benchmarks.process;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The system's cache of files, filled as on a machine that has run for a while. A virtual machine has to get a page that it never
 * used from its host, which costs several times what writing into it does: a broker that appends a kilobyte an event to files
 * would be measured by that.
 *
 * <p>A file of holes fills it: it takes no disk, and its pages are clean, the first to be used again.
 */
public final class PageCache implements AutoCloseable {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final String FREE = "MemFree:";
    private static final long KIB = 1024;
    private static final long GIB = KIB * KIB * KIB;
    /** Less of it is soon used up by the run itself. */
    private static final long LEAVE_FREE = GIB / 2;
    /** More would take minutes. */
    private static final long MAX_BYTES = 64 * GIB;

    private final Path file;

    public PageCache(Path folder) {
        this.file = folder.resolve("page-cache");
    }

    /** Returns when what memory was free is filled; at once where the system does not tell how much is. */
    public void fill(PrintStream progress) {
        long began = System.nanoTime();
        try (RandomAccessFile holes = new RandomAccessFile(file.toFile(), "rw")) {
            long free = freeMemory();
            holes.setLength(Math.min(MAX_BYTES, Math.max(0, free - LEAVE_FREE)));
            byte[] buffer = new byte[(int) (KIB * KIB)];
            while (holes.read(buffer) >= 0) {
                // the cache has it now
            }
            progress.printf(
                    Locale.ROOT,
                    "page cache: of %.1f GiB of free memory %.1f are left free, after %.0f s (--fresh-memory leaves it as it is)%n",
                    (double) free / GIB,
                    (double) freeMemory() / GIB,
                    (System.nanoTime() - began) / 1e9);
        } catch (IOException e) {
            progress.println("page cache: as it was, " + file + " cannot be made: " + e.getMessage());
        }
    }

    /** Bytes; 0 where the system does not tell. */
    private static long freeMemory() throws IOException {
        if (!Files.isReadable(MEMORY)) {
            return 0;
        }
        return Files.readAllLines(MEMORY).stream()
                .filter(line -> line.startsWith(FREE))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) * KIB)
                .findFirst()
                .orElse(0);
    }

    /** What it leaves behind goes with its folder. */
    @Override
    public void close() {
        file.toFile().delete();
    }
}
