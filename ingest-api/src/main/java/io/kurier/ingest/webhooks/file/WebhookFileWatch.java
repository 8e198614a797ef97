package io.kurier.ingest.webhooks.file;

import io.kurier.ingest.config.WebhookFileConfig;
import io.kurier.ingest.http.Problem;
import io.kurier.runtime.control.ChangeWriter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps webhooks as the file of {@code KURIER_WEBHOOKS_FILE} says: applies it at start, and again when its content
 * changed and has settled. What is wrong with it is logged, shown as a metric, and changes nothing. A thread of its own.
 */
public final class WebhookFileWatch implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(WebhookFileWatch.class);

    private final WebhookFileConfig config;
    private final WebhookFile file;
    private final WebhookFileChanges changes;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "webhooks-file"));
    private @Nullable String lastSeen;
    private @Nullable String settled;
    private volatile @Nullable String trouble;

    public WebhookFileWatch(
            WebhookFileConfig config, WebhookFile file, WebhookFileChanges changes, InstantSource clock) {
        this.config = config;
        this.file = file;
        this.changes = changes;
        this.clock = clock;
    }

    public void start(MeterRegistry metrics) {
        Path path = config.file();
        if (path == null) {
            return;
        }
        Gauge.builder("kurier.webhooks.file.failed", () -> trouble == null ? 0 : 1)
                .description("1 while the file of webhooks cannot be applied as it is; the log says why")
                .register(metrics);
        thread.scheduleWithFixedDelay(() -> look(path), 0, config.poll().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Path path) {
        try {
            String content = read(path);
            // a file that is being written is not taken for a shorter one
            boolean hasSettled = lastSeen == null || content.equals(lastSeen);
            lastSeen = content;
            if (hasSettled && !content.equals(settled)) {
                apply(path, content);
                settled = content;
                trouble = null;
            }
        } catch (IOException e) {
            report(path, "cannot be read: " + e);
        } catch (YamlEntries.RefusedException | IllegalArgumentException | Problem.RefusedException e) {
            settled = lastSeen;
            report(path, String.valueOf(e.getMessage()));
        } catch (ChangeWriter.UnavailableException e) {
            report(path, "is applied later: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("the file of webhooks is looked at again later", e);
        }
    }

    private static String read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(YamlEntries.MAX_BYTES + 1);
            if (bytes.length > YamlEntries.MAX_BYTES) {
                throw new IOException("it has more than " + YamlEntries.MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private void apply(Path path, String content)
            throws YamlEntries.RefusedException, ChangeWriter.UnavailableException, InterruptedException {
        var wanted = file.read(content, clock.millis());
        WebhookFileChanges.Done done = changes.apply(wanted);
        if (!done.isNothing()) {
            log.info(
                    "{} is applied: {} webhooks made, {} changed, {} deleted",
                    path,
                    done.made(),
                    done.changed(),
                    done.removed());
        }
    }

    private void report(Path path, String what) {
        String found = WebhookFileConfig.FILE + "=" + path + " " + what;
        if (!found.equals(trouble)) {
            log.error("{}; webhooks stay as they are", found);
        }
        trouble = found;
    }

    /** What is being applied may end: an interrupted writer would have to take over again. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
