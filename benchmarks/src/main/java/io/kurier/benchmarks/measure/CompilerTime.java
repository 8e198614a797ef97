package io.kurier.benchmarks.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * CPU time that a JVM's compiler threads have used so far, from Linux's /proc/PID/task/TID/stat: the thread's name is
 * in parentheses, user and system time are fields 14 and 15, in ticks of 10 ms.
 */
public final class CompilerTime {
    private static final String NAME = " CompilerThre";
    private static final int USER_TIME_BEHIND_NAME = 12;
    private static final int MILLIS_PER_TICK = 10;

    private CompilerTime() {}

    /** @return zero if the system does not report it */
    public static Duration of(ProcessHandle process) {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        long ticks = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                ticks += ticks(thread.resolve("stat"));
            }
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            return Duration.ZERO;
        }
        return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    }

    private static long ticks(Path stat) throws IOException {
        String line;
        try {
            line = Files.readString(stat);
        } catch (NoSuchFileException e) {
            // the thread has ended meanwhile
            return 0;
        }
        int behindName = line.lastIndexOf(')');
        if (behindName < 0 || !line.substring(0, behindName).contains(NAME)) {
            return 0;
        }
        String[] fields = line.substring(behindName + 2).split(" ");
        return Long.parseLong(fields[USER_TIME_BEHIND_NAME - 1]) + Long.parseLong(fields[USER_TIME_BEHIND_NAME]);
    }
}
