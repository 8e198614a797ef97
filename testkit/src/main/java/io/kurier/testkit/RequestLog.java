package io.kurier.testkit;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The requests of a receiver: all are counted, the first 100,000 are kept. Event loops write it, tests read it. */
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

    /** Keeps the request before it counts it, so that a test that waits for a count finds as many requests. */
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

    /** Ends a request that was answered or whose connection is gone. Called once for each request. */
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
