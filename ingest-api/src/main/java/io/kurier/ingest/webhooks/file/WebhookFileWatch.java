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
 * Applies the file of {@code KURIER_WEBHOOKS_FILE} at start, and again after each change of its content. A file with an error
 * changes nothing: the error is logged and shown as a metric. Has a thread of its own.
 */
public final class WebhookFileWatch implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(WebhookFileWatch.class);

    private final WebhookFileConfig config;
    private final WebhookFile file;
    private final WebhookFileChanges changes;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "webhooks-file"));
    private @Nullable String lastRead;
    private @Nullable String lastHandled;
    private volatile @Nullable String error;

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
        Gauge.builder("kurier.webhooks.file.failed", () -> error == null ? 0 : 1)
                .description("1 if the file KURIER_WEBHOOKS_FILE could not be applied, otherwise 0; the log says why")
                .register(metrics);
        thread.scheduleWithFixedDelay(() -> poll(path), 0, config.poll().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void poll(Path path) {
        try {
            String content = read(path);
            // two equal reads in a row: the file may be half written at the first one
            boolean isStable = lastRead == null || content.equals(lastRead);
            lastRead = content;
            if (isStable && !content.equals(lastHandled)) {
                apply(path, content);
                lastHandled = content;
                error = null;
            }
        } catch (IOException e) {
            report(path, "cannot be read: " + e);
        } catch (YamlEntries.RefusedException | IllegalArgumentException | Problem.RefusedException e) {
            lastHandled = lastRead;
            report(path, String.valueOf(e.getMessage()));
        } catch (ChangeWriter.UnavailableException e) {
            report(path, "cannot be applied yet and will be retried: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("Applying the file of webhooks {} failed; it will be retried", path, e);
        }
    }

    private static String read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(YamlEntries.MAX_BYTES + 1);
            if (bytes.length > YamlEntries.MAX_BYTES) {
                throw new IOException(
                        "the file has more than " + YamlEntries.MAX_BYTES + " bytes; declare fewer webhooks in it");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private void apply(Path path, String content)
            throws YamlEntries.RefusedException, ChangeWriter.UnavailableException, InterruptedException {
        var declared = file.read(content, clock.millis());
        WebhookFileChanges.Summary summary = changes.apply(declared);
        if (!summary.isEmpty()) {
            log.info(
                    "Applied {}: {} webhooks created, {} changed, {} deleted",
                    path,
                    summary.created(),
                    summary.changed(),
                    summary.deleted());
        }
    }

    private void report(Path path, String message) {
        String found = WebhookFileConfig.FILE + "=" + path + ": " + message;
        if (!found.equals(error)) {
            log.error("{}. No webhook was changed; correct the file", found);
        }
        error = found;
    }

    /** Lets a running change end: the writer of an interrupted one would have to be initialised again. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
