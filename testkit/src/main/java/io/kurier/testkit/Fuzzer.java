package io.kurier.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Feeds malformed input to a reader: examples with bytes changed, doubled, removed or mixed. The reader may only throw
 * what the target allows, and may only allocate a bounded amount of memory. The seed is printed; {@code -Dseed=N}
 * repeats a run. One thread.
 */
public final class Fuzzer {
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u0000",
        "\\ud800",
        "null",
        "true",
        "1e999",
        "-0",
        "1E-400",
        "\u0000",
        "%",
        "%zz",
        "%C3",
        "\"\"",
        "[[[[[[[[",
        "{\"a\":{\"a\":",
        "😀",
        "\ufeff",
        "9223372036854775808",
        "-1",
        "\r\n",
        "_",
        "*",
    };
    private static final int MOST_CHANGES = 6;
    private static final int LONGEST_RUN = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final long seed;
    private final Random random;
    private final long mostBytes;
    private final int bytesPerByte;

    /** The reader under test. Every exception that leaves it fails the test. */
    public interface Target {
        void feed(byte[] input) throws Exception;
    }

    /**
     * @param mostBytes bytes that one read may allocate, plus the following
     * @param bytesPerByte bytes that it may allocate for each byte of input
     */
    public Fuzzer(Class<?> test, long mostBytes, int bytesPerByte) {
        this.name = test.getSimpleName();
        this.seed = Long.getLong("seed", System.nanoTime());
        this.random = new Random(seed);
        this.mostBytes = mostBytes;
        this.bytesPerByte = bytesPerByte;
        System.out.println(name + ": repeat with -Dseed=" + seed);
    }

    public Random random() {
        return random;
    }

    /** Feeds the examples, then this many mutations of them. */
    public void run(int runs, List<byte[]> examples, Target target) {
        // loads classes and builds tables before allocations are measured
        for (byte[] example : examples) {
            feed(example, target, false);
        }
        for (int i = 0; i < runs; i++) {
            feed(mutated(examples), target, true);
        }
    }

    private void feed(byte[] input, Target target, boolean isMeasured) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            target.feed(input.clone());
        } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError e) {
            throw new AssertionError(told(input) + ": " + e, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (isMeasured && allocated > mostBytes + (long) bytesPerByte * input.length) {
            throw new AssertionError(told(input) + ": " + allocated + " bytes allocated for " + input.length);
        }
    }

    private String told(byte[] input) {
        return name + ", -Dseed=" + seed + ", input (base64) "
                + Base64.getEncoder().encodeToString(input) + ", as text '" + new String(input, StandardCharsets.UTF_8)
                + "'";
    }

    /** A mutation of one of the examples. */
    public byte[] mutated(List<byte[]> examples) {
        byte[] bytes = any(examples);
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            bytes = changed(bytes, examples);
        }
        return bytes;
    }

    private byte[] any(List<byte[]> examples) {
        return examples.get(random.nextInt(examples.size())).clone();
    }

    private byte[] changed(byte[] bytes, List<byte[]> examples) {
        int at = random.nextInt(bytes.length + 1);
        switch (random.nextInt(8)) {
            case 0 -> {
                if (at < bytes.length) {
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
                return bytes;
            }
            case 1 -> {
                if (at < bytes.length) {
                    bytes[at] = (byte) random.nextInt(256);
                }
                return bytes;
            }
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                int end = Math.min(bytes.length, at + random.nextInt(LONGEST_RUN));
                return joined(bytes, at, new byte[0], end);
            }
            case 4 -> {
                int end = Math.min(bytes.length, at + random.nextInt(LONGEST_RUN));
                return joined(bytes, at, Arrays.copyOfRange(bytes, at, end), at);
            }
            case 5 -> {
                byte[] other = any(examples);
                int from = random.nextInt(other.length + 1);
                return joined(bytes, at, Arrays.copyOfRange(other, from, other.length), bytes.length);
            }
            case 6 -> {
                byte[] run = new byte[random.nextInt(LONGEST_RUN)];
                Arrays.fill(run, (byte) random.nextInt(256));
                return joined(bytes, at, run, at);
            }
            default -> {
                String piece = PIECES[random.nextInt(PIECES.length)];
                return joined(bytes, at, piece.getBytes(StandardCharsets.UTF_8), at);
            }
        }
    }

    /** Joins the bytes before, the inserted bytes, and the bytes from an index on. */
    private static byte[] joined(byte[] bytes, int first, byte[] between, int rest) {
        byte[] whole = new byte[first + between.length + bytes.length - rest];
        System.arraycopy(bytes, 0, whole, 0, first);
        System.arraycopy(between, 0, whole, first, between.length);
        System.arraycopy(bytes, rest, whole, first + between.length, bytes.length - rest);
        return whole;
    }
}
