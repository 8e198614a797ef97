package io.kurier.testkit;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which answer a request gets: the function's, the next of its path, its path's default, or {@code 200 ok}. */
final class Script {
    private final Map<String, Queue<Answer>> queues = new ConcurrentHashMap<>();
    private final Map<String, Answer> defaults = new ConcurrentHashMap<>();
    private volatile Function<Received, @Nullable Answer> function = request -> null;

    void next(String path, List<Answer> answers) {
        queues.computeIfAbsent(path, none -> new ConcurrentLinkedQueue<>()).addAll(answers);
    }

    void always(String path, Answer answer) {
        defaults.put(path, answer);
    }

    void function(Function<Received, @Nullable Answer> chosen) {
        function = chosen;
    }

    /** A function that throws is a broken test: the client sees 500 with its message. */
    Answer answerTo(Received request) {
        try {
            Answer chosen = function.apply(request);
            return chosen == null ? scripted(request.path()) : chosen;
        } catch (RuntimeException broken) {
            return Answer.status(500).withBody("the test's function failed: " + broken);
        }
    }

    private Answer scripted(String path) {
        Queue<Answer> queue = queues.get(path);
        Answer next = queue == null ? null : queue.poll();
        return next != null ? next : defaults.getOrDefault(path, Answer.ok());
    }
}
