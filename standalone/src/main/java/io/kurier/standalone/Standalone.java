package io.kurier.standalone;

import io.kurier.runtime.config.BadSettingsException;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.health.Check;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code ./kurier standalone}: runs until a signal. Exit 1: failed; 2: invalid settings; 143: stopped by SIGTERM. */
public final class Standalone {
    private Standalone() {}

    public static void main(String[] args) {
        try {
            Installation kurier = Installation.start(Settings.environment());
            Runtime.getRuntime().addShutdownHook(new Thread(kurier::close, "stop"));
            CompletableFuture<Void> failure = kurier.failure();
            awaitReady(kurier, failure);
            System.out.println("Kurier is ready.");
            System.out.println("  API           " + kurier.url() + "/api/v1");
            System.out.println("  operator key  " + kurier.dataDir().resolve("operator.key"));
            System.out.println("  Kafka         " + kurier.bootstrapServers());
            failure.join();
        } catch (BadSettingsException e) {
            exit(2, "Cannot start, settings are invalid:\n" + e.getMessage());
        } catch (CompletionException e) {
            exit(1, "Stopped, because a part failed: " + e.getCause());
        } catch (RuntimeException e) {
            exit(1, "Cannot start: " + e.getMessage());
        } catch (InterruptedException e) {
            exit(1, "Cannot start: interrupted");
        }
    }

    private static void awaitReady(Installation kurier, CompletableFuture<Void> failure) throws InterruptedException {
        while (!failure.isDone() && !kurier.health().stream().allMatch(Check::ok)) {
            Thread.sleep(20);
        }
        if (failure.isDone()) {
            failure.join();
        }
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        System.exit(code);
    }
}
