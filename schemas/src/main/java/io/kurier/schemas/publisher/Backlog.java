package io.kurier.schemas.publisher;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Events between whoever emits them and the thread that sends them, bounded in number and size. Any thread; held for moments. */
final class Backlog {
    private static final int ENVELOPE_BYTES = 200;
    /** Of a header's two texts and its place in the map. */
    private static final int HEADER_BYTES = 100;

    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<OutgoingEvent> waiting = new ArrayDeque<>();
    private long bytes;
    /** Taken in and not ended. */
    private long open;

    private boolean closed;

    Backlog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** What it may take of memory: every text of it, at two bytes a character. */
    private static long size(OutgoingEvent event) {
        long characters = (long) event.id().length()
                + event.type().length()
                + event.jobId().length()
                + event.data().length();
        for (Map.Entry<String, String> header : event.headers().entrySet()) {
            characters += header.getKey().length() + header.getValue().length();
        }
        return ENVELOPE_BYTES + (long) HEADER_BYTES * event.headers().size() + 2 * characters;
    }

    /** Null when it was taken; otherwise why not. */
    Dropped.@Nullable Reason offer(OutgoingEvent event) {
        long size = size(event);
        lock.lock();
        try {
            if (closed) {
                return Dropped.Reason.CLOSED;
            }
            if (waiting.size() >= maxEvents || bytes + size > maxBytes) {
                return Dropped.Reason.FULL;
            }
            waiting.add(event);
            bytes += size;
            open++;
            changed.signalAll();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The next one; null when this was closed and is empty. */
    @Nullable
    OutgoingEvent take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.await();
            }
            OutgoingEvent next = waiting.poll();
            bytes -= next == null ? 0 : size(next);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** One that was taken has come to its end. */
    void ended() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything taken in has ended; false when the time ran out first. */
    boolean awaitAll(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (open > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A pause that the closing of this ends. */
    void pause(Duration length) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.NANOSECONDS.convert(length);
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What still waits, which then no longer does. */
    List<OutgoingEvent> drain() {
        lock.lock();
        try {
            List<OutgoingEvent> left = new ArrayList<>(waiting);
            waiting.clear();
            bytes = 0;
            return left;
        } finally {
            lock.unlock();
        }
    }
}
