package io.kurier.dispatcher.offsets;

import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.transactions.TransactionalWriter;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * The progress of a partition above its committed offset, which travels in the commit's metadata: the offsets below
 * {@code end} that are still open and, for each open event, the webhooks whose deliveries are settled already.
 *
 * <p>Its string form is URL-safe base64 of a CRC32C checksum followed by varints. The checksum is needed because a
 * truncated string would name fewer open offsets, and the next owner would skip their events. Immutable.
 *
 * @param end exclusive; every offset from the committed one up to here that is not in {@code open} is settled
 * @param open by offset, in rising order
 */
public record OffsetMetadata(long end, Map<Long, Settled> open) {
    public static final OffsetMetadata NOTHING = new OffsetMetadata(0, Map.of());
    /** Bound of the encoded open offsets: base64 turns 3 bytes into 4 characters; 24 bytes are for checksum, end and mark. */
    static final int MAX_BYTES = TransactionalWriter.MAX_PAYLOAD / 4 * 3 - 24;

    private static final int CHECKSUM_BYTES = 4;
    /** A varint of an open offset is its gap to the one below, times the number of kinds, plus its kind. */
    private static final int KINDS = 3;

    private static final int KIND_NONE = 0;
    private static final int KIND_NUMBERS = 1;
    private static final int KIND_UP_TO = 2;

    /**
     * The deliveries of an open event that are settled, by the numbers of their webhooks. Wide events are settled range by
     * range and use {@code upTo}; others use {@code numbers}. Immutable.
     *
     * @param upTo deliveries to webhooks with this number or a lower one are settled; -1 for none
     * @param numbers of further webhooks, in rising order
     */
    public record Settled(long upTo, List<Long> numbers) {
        static final Settled NONE = new Settled(-1, List.of());

        /** Every delivery to a webhook with this number or a lower one is settled. */
        public static Settled upTo(long number) {
            return new Settled(number, List.of());
        }

        Settled with(long... more) {
            if (more.length == 0) {
                return this;
            }
            return new Settled(
                    upTo,
                    LongStream.concat(numbers.stream().mapToLong(Long::longValue), LongStream.of(more))
                            .sorted()
                            .distinct()
                            .boxed()
                            .toList());
        }

        /** Whether the delivery to the webhook with this number is settled. */
        public boolean contains(long number) {
            return number <= upTo || numbers.contains(number);
        }

        /** The webhooks whose deliveries are not settled, in the given order. */
        public List<Webhook> without(List<Webhook> webhooks) {
            return equals(NONE)
                    ? webhooks
                    : webhooks.stream()
                            .filter(webhook -> !contains(webhook.number()))
                            .toList();
        }

        private int kind() {
            if (upTo >= 0) {
                return KIND_UP_TO;
            }
            return numbers.isEmpty() ? KIND_NONE : KIND_NUMBERS;
        }
    }

    /**
     * The most bytes that an open event can need until it is settled.
     *
     * @param gap distance to the open offset below
     * @param deliveries number of deliveries that are settled one by one; 1 if they are settled at once or range by range
     * @param highestNumber highest number of their webhooks; 0 if the event is never settled in part
     */
    static int worstCaseBytes(long gap, int deliveries, long highestNumber) {
        if (deliveries <= 1) {
            return gapBytes(gap) + (highestNumber == 0 ? 0 : length(highestNumber));
        }
        return gapBytes(gap) + length(deliveries) + deliveries * length(highestNumber);
    }

    /** The most bytes that a gap takes, whatever its kind. Two gaps never take fewer bytes than the one they merge into. */
    static int gapBytes(long gap) {
        return length(gap * KINDS + 2);
    }

    /** The bytes that an open event takes now, with the worst case of its gap. */
    static int bytes(long gap, Settled settled) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes, settled);
        return gapBytes(gap) + bytes.size();
    }

    /** Collects open offsets; callers add them in rising order. */
    public static final class Builder {
        private final long base;
        private final long end;
        private final Map<Long, Settled> open = new LinkedHashMap<>();

        /**
         * @param base the committed offset
         * @param end see {@link OffsetMetadata#end}
         */
        public Builder(long base, long end) {
            this.base = base;
            this.end = Math.max(base, end);
        }

        public void open(long offset, Settled settled) {
            open.put(offset, settled);
        }

        /** @return {@link #NOTHING} if nothing above the base is settled */
        public OffsetMetadata build() {
            return base == end ? NOTHING : new OffsetMetadata(end, open);
        }
    }

    /**
     * @param base the committed offset, which the checksum covers
     * @return the string that {@link #decode} reads; empty if nothing above the base is settled
     */
    public String encode(long base) {
        if (end <= base) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes, end - base);
        long previous = base;
        for (Map.Entry<Long, Settled> entry : open.entrySet()) {
            write(bytes, (entry.getKey() - previous) * KINDS + entry.getValue().kind());
            write(bytes, entry.getValue());
            previous = entry.getKey();
        }
        byte[] body = bytes.toByteArray();
        ByteBuffer whole = ByteBuffer.allocate(CHECKSUM_BYTES + body.length);
        whole.putInt(checksum(body, base)).put(body);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole.array());
    }

    /** Covers the committed offset too, because the gaps count from it. */
    private static int checksum(byte[] body, long base) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, base));
        checksum.update(body);
        return (int) checksum.getValue();
    }

    /**
     * A shorter form. Everything it leaves out counts as not settled, so that it is attempted again and never skipped.
     *
     * @param openOffsets number of open offsets to keep, the lowest ones; none keeps its settled deliveries
     */
    public OffsetMetadata cutTo(int openOffsets) {
        Map<Long, Settled> kept = new LinkedHashMap<>();
        for (Map.Entry<Long, Settled> entry : open.entrySet()) {
            if (kept.size() == openOffsets) {
                return new OffsetMetadata(entry.getKey(), kept);
            }
            kept.put(entry.getKey(), Settled.NONE);
        }
        return new OffsetMetadata(end, kept);
    }

    private static void write(ByteArrayOutputStream bytes, Settled settled) {
        if (settled.kind() == KIND_UP_TO) {
            write(bytes, settled.upTo());
        } else if (settled.kind() == KIND_NUMBERS) {
            writeNumbers(bytes, settled.numbers());
        }
    }

    private static void writeNumbers(ByteArrayOutputStream bytes, List<Long> numbers) {
        write(bytes, numbers.size());
        long previous = 0;
        for (long number : numbers) {
            write(bytes, number - previous);
            previous = number;
        }
    }

    /**
     * @param text a result of {@link #encode}
     * @param base the committed offset
     * @return {@link #NOTHING} for an empty string; empty if the string is damaged, truncated or belongs to another offset,
     *     so that everything from the base on has to be attempted again
     */
    public static Optional<OffsetMetadata> decode(String text, long base) {
        if (text.isEmpty()) {
            return Optional.of(NOTHING);
        }
        try {
            ByteBuffer whole = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            byte[] body = new byte[Math.max(0, whole.remaining() - CHECKSUM_BYTES)];
            int checksum = whole.getInt();
            whole.get(body);
            return checksum == checksum(body, base) ? Optional.of(new Reader(body).read(base)) : Optional.empty();
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    /** Reads the varints of one string. Throws an unchecked exception for bytes that {@link #encode} cannot have written. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        OffsetMetadata read(long base) {
            long end = Math.addExact(base, positive(varint()));
            Map<Long, Settled> open = new LinkedHashMap<>();
            long offset = base;
            while (at < bytes.length) {
                long gapAndKind = varint();
                long gap = gapAndKind / KINDS;
                if (gapAndKind < 0 || (gap == 0 && !open.isEmpty())) {
                    throw new IllegalArgumentException("gap is " + gap + ", expected rising open offsets");
                }
                offset = Math.addExact(offset, gap);
                open.put(offset, settled((int) (gapAndKind % KINDS)));
            }
            if (offset >= end || open.isEmpty()) {
                throw new IllegalArgumentException("highest open offset is " + offset + ", expected one below " + end);
            }
            return new OffsetMetadata(end, open);
        }

        private Settled settled(int kind) {
            if (kind == KIND_UP_TO) {
                return Settled.upTo(notNegative(varint()));
            }
            if (kind == KIND_NONE) {
                return Settled.NONE;
            }
            long count = positive(varint());
            TreeSet<Long> numbers = new TreeSet<>();
            long number = 0;
            for (long i = 0; i < count; i++) {
                number = Math.addExact(number, notNegative(varint()));
                numbers.add(number);
            }
            return new Settled(-1, List.copyOf(numbers));
        }

        private static long notNegative(long value) {
            if (value < 0) {
                throw new IllegalArgumentException("number is " + value + ", expected 0 or more");
            }
            return value;
        }

        private static long positive(long value) {
            if (value <= 0) {
                throw new IllegalArgumentException("number is " + value + ", expected 1 or more");
            }
            return value;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = bytes[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("varint is longer than 64 bits");
        }
    }

    private static void write(ByteArrayOutputStream bytes, long value) {
        while ((value & ~0x7fL) != 0) {
            bytes.write((int) ((value & 0x7f) | 0x80));
            value >>>= 7;
        }
        bytes.write((int) value);
    }

    private static int length(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }
}
