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

/** The queue between the callers of a publisher and its sending thread, bounded in number and bytes. Any thread. */
final class Backlog {
    private static final int ENVELOPE_BYTES = 200;
    /** Overhead of a header: two strings and a map entry. */
    private static final int HEADER_BYTES = 100;

    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<OutgoingEvent> waiting = new ArrayDeque<>();
    private long bytes;
    /** Events that were accepted and are neither published nor dropped yet. */
    private long open;

    private boolean closed;

    Backlog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Upper bound of the memory that the event takes, at two bytes a character. */
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

    /** Adds an event; returns null, or the reason why it was not added. */
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

    /** Waits for the next event; null when the queue is closed and empty. */
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

    /** An event that was taken is published or dropped. */
    void ended() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every accepted event is published or dropped; false when the time ran out first. */
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

    /** Waits for that long, or until the queue is closed. */
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

    /** Accepts no more events. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the waiting events. */
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
