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
 * What a commit's metadata says beyond its offset: which offsets up to {@code end} are still open, and of an open event
 * which webhooks are settled already. Text: base64 of varints behind a checksum, because a text that lost its end would
 * name fewer open offsets, and so skip them. Immutable.
 *
 * @param end every offset below that is not open is settled
 * @param open in rising order
 */
public record OffsetMetadata(long end, Map<Long, Settled> open) {
    public static final OffsetMetadata NOTHING = new OffsetMetadata(0, Map.of());
    /** As many bytes as base64 fits into the metadata, with room for the head. */
    static final int MAX_BYTES = TransactionalWriter.MAX_PAYLOAD / 4 * 3 - 24;

    private static final int CHECKSUM_BYTES = 4;
    private static final int KINDS = 3;

    /** The deliveries of an open event that are settled, by the numbers of their webhooks. */
    public record Settled(long upTo, List<Long> numbers) {
        static final Settled NONE = new Settled(-1, List.of());

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

        public boolean contains(long number) {
            return number <= upTo || numbers.contains(number);
        }

        /** Those of the webhooks whose deliveries are not settled. */
        public List<Webhook> without(List<Webhook> webhooks) {
            return equals(NONE)
                    ? webhooks
                    : webhooks.stream()
                            .filter(webhook -> !contains(webhook.number()))
                            .toList();
        }

        private int kind() {
            if (upTo >= 0) {
                return 2;
            }
            return numbers.isEmpty() ? 0 : 1;
        }
    }

    /**
     * How many bytes an open event can come to need at the most.
     *
     * @param deliveries that are settled one by one; 1 for those settled at once, or range by range
     * @param highestNumber of their webhooks; 0 when the event is never settled in part
     */
    static int worstCaseBytes(long gap, int deliveries, long highestNumber) {
        if (deliveries <= 1) {
            return gapBytes(gap) + (highestNumber == 0 ? 0 : length(highestNumber));
        }
        return gapBytes(gap) + length(deliveries) + deliveries * length(highestNumber);
    }

    /** How many bytes the distance to the open event below takes: two gaps never take less than the one they join to. */
    static int gapBytes(long gap) {
        return length(gap * KINDS + 2);
    }

    /** How many bytes an open event takes as it is; of its gap the worst case, as above. */
    static int bytes(long gap, Settled settled) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes, settled);
        return gapBytes(gap) + bytes.size();
    }

    /** Takes open offsets in rising order. */
    public static final class Builder {
        private final long base;
        private final long end;
        private final Map<Long, Settled> open = new LinkedHashMap<>();

        public Builder(long base, long end) {
            this.base = base;
            this.end = Math.max(base, end);
        }

        public void open(long offset, Settled settled) {
            open.put(offset, settled);
        }

        public OffsetMetadata build() {
            return base == end ? NOTHING : new OffsetMetadata(end, open);
        }
    }

    /** @return empty text when there is nothing to say */
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

    /** Over the offset too: the text means nothing beside another one. */
    private static int checksum(byte[] body, long base) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, base));
        checksum.update(body);
        return (int) checksum.getValue();
    }

    /**
     * The same with less to say: what is beyond the byte limit counts as not settled, so that it is done again rather
     * than skipped.
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
        if (settled.kind() == 2) {
            write(bytes, settled.upTo());
        } else if (settled.kind() == 1) {
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
     * @param base the committed offset
     * @return empty when the text is not what {@link #encode} writes: everything from the base on is then done again
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
                long word = varint();
                long gap = word / KINDS;
                if (word < 0 || (gap == 0 && !open.isEmpty())) {
                    throw new IllegalArgumentException("open offsets must rise");
                }
                offset = Math.addExact(offset, gap);
                open.put(offset, settled((int) (word % KINDS)));
            }
            if (offset >= end || open.isEmpty()) {
                throw new IllegalArgumentException("an open offset must lie below the end");
            }
            return new OffsetMetadata(end, open);
        }

        private Settled settled(int kind) {
            if (kind == 2) {
                return Settled.upTo(notNegative(varint()));
            }
            if (kind == 0) {
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
                throw new IllegalArgumentException("expected no negative number");
            }
            return value;
        }

        private static long positive(long value) {
            if (value <= 0) {
                throw new IllegalArgumentException("expected a positive number");
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
            throw new IllegalArgumentException("a number longer than 64 bits");
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
