package io.kurier.testkit;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a receiver got: all of it counted, the first so many kept. Written by its event loops, read by the test. */
final class RequestLog {
    private final int keep;
    private final AtomicLong count = new AtomicLong();
    private final Queue<Received> kept = new ConcurrentLinkedQueue<>();
    private final Map<String, OnePath> paths = new ConcurrentHashMap<>();

    private static final class OnePath {
        private final AtomicLong count = new AtomicLong();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger mostOpen = new AtomicInteger();
        private final Queue<Received> kept = new ConcurrentLinkedQueue<>();
    }

    RequestLog(int keep) {
        this.keep = keep;
    }

    /** Kept first, counted last: who waits for a count finds as many requests. */
    void arrived(Received request) {
        OnePath path = path(request.path());
        path.mostOpen.accumulateAndGet(path.open.incrementAndGet(), Math::max);
        if (count.get() < keep) {
            kept.add(request);
            path.kept.add(request);
        }
        path.count.incrementAndGet();
        count.incrementAndGet();
    }

    /** Answered, or its connection is gone; once for each that arrived. */
    void ended(Received request) {
        path(request.path()).open.decrementAndGet();
    }

    private OnePath path(String path) {
        return paths.computeIfAbsent(path, none -> new OnePath());
    }

    List<Received> requests() {
        return List.copyOf(kept);
    }

    List<Received> requests(String path) {
        return List.copyOf(path(path).kept);
    }

    long count() {
        return count.get();
    }

    long count(String path) {
        return path(path).count.get();
    }

    int open(String path) {
        return path(path).open.get();
    }

    int mostOpen(String path) {
        return path(path).mostOpen.get();
    }
}
