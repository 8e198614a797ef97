package io.kurier.benchmarks.micro;

import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookIndex;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of finding the webhooks that match an event, with few and with many webhooks, one of which matches. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class MatchingBenchmark {
    /** More types than the index caches, so that each look-up misses. */
    private static final int TYPES = 4_096;

    @Param({"10", "50000"})
    public int webhooks;

    private final WebhookIndex index = new WebhookIndex();
    private final String[] types = new String[TYPES];
    private int next;

    @Setup
    public void prepare() {
        for (int i = 0; i < webhooks; i++) {
            Webhook webhook = Samples.webhook(i, i == 0 ? "job.*" : "other." + i);
            index.put(webhook.id(), webhook);
        }
        for (int i = 0; i < TYPES; i++) {
            types[i] = "job.completed.n" + i;
        }
    }

    /** The usual case: the type was looked up since the last change of a webhook. */
    @Benchmark
    public List<Webhook> rememberedType() {
        return index.match(Samples.TENANT, "job.completed");
    }

    @Benchmark
    public List<Webhook> newType() {
        next = (next + 1) % TYPES;
        return index.match(Samples.TENANT, types[next]);
    }
}
