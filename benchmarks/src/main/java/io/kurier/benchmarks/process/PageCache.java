package io.kurier.benchmarks.process;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Fills the system's page cache, as it is filled on a machine that has run for a while. A virtual machine gets a
 * memory page from its host at first use, which costs several times as much as writing into it. Without this, the
 * measurement would include that cost for every page that the broker's files take.
 *
 * <p>It reads a sparse file, which takes no disk space; its pages are clean, so the kernel reuses them first.
 */
public final class PageCache implements AutoCloseable {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final String FREE = "MemFree:";
    private static final long KIB = 1024;
    private static final long GIB = KIB * KIB * KIB;
    /** Memory left free, so that the run itself does not start without any. */
    private static final long LEAVE_FREE = GIB / 2;
    /** Upper bound, because filling more would take minutes. */
    private static final long MAX_BYTES = 64 * GIB;

    private final Path file;

    public PageCache(Path folder) {
        this.file = folder.resolve("page-cache");
    }

    /**
     * Reads until free memory is down to {@link #LEAVE_FREE}; returns at once if the system does not report free
     * memory.
     *
     * @param progress where the progress line goes
     */
    public void fill(PrintStream progress) {
        long began = System.nanoTime();
        try (RandomAccessFile holes = new RandomAccessFile(file.toFile(), "rw")) {
            long free = freeMemory();
            holes.setLength(Math.min(MAX_BYTES, Math.max(0, free - LEAVE_FREE)));
            byte[] buffer = new byte[(int) (KIB * KIB)];
            while (holes.read(buffer) >= 0) {
                // reading puts the page into the cache
            }
            progress.printf(
                    Locale.ROOT,
                    "page cache: filled; free memory went from %.1f GiB to %.1f GiB in %.0f s (--fresh-memory skips this)%n",
                    (double) free / GIB,
                    (double) freeMemory() / GIB,
                    (System.nanoTime() - began) / 1e9);
        } catch (IOException e) {
            progress.println("page cache: not filled, " + file + " cannot be written: " + e.getMessage());
        }
    }

    /** @return free memory in bytes; 0 if the system does not report it */
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

    /** If the deletion fails, the file goes with the run's folder. */
    @Override
    public void close() {
        file.toFile().delete();
    }
}
