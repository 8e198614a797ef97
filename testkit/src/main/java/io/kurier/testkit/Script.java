package io.kurier.testkit;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the answer to a request: the function's, else the next of its path, else its path's default, else
 * {@code 200 ok}.
 */
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

    /** If the function throws, the test is wrong: the client gets a 500 with the message. */
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
