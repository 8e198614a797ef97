package io.kurier.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaCheckPoolTest {
    private static final int MAX_BYTES = 100_000;

    private final Vertx vertx = Vertx.vertx();
    private final BodyCollector bodies = new BodyCollector(MAX_BYTES, MAX_BYTES);
    private final SchemaCheckPool checks = new SchemaCheckPool(vertx, bodies);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Future<Boolean>> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        gate.countDown();
        got(vertx.close());
    }

    private void check(int bytes) {
        open.add(checks.run(bytes, () -> gate.await(1, TimeUnit.MINUTES)));
    }

    private static <T> T got(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private void assertNoRoomFor(int bytes) {
        assertThatThrownBy(() -> check(bytes)).isInstanceOfSatisfying(Problem.RefusedException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused.problem().retryAfterMs()).isPositive();
        });
    }

    private void endAll() throws Exception {
        gate.countDown();
        for (Future<Boolean> each : open) {
            assertThat(got(each)).isTrue();
        }
    }

    @Test
    void waitingChecksAreBoundedAndDoNotBlockOtherWork() throws Exception {
        for (int i = 0; i < SchemaCheckPool.MAX_OPEN; i++) {
            check(1);
        }
        assertNoRoomFor(1);
        assertThat(got(vertx.executeBlocking(() -> "changed", false))).isEqualTo("changed");

        endAll();
        check(1);
        endAll();
    }

    @Test
    void bodiesAreReservedUntilTheCheckEnds() throws Exception {
        check(MAX_BYTES / 2);
        check(MAX_BYTES / 2);
        assertNoRoomFor(1);
        assertThat(bodies.reserve(1)).isFalse();

        endAll();
        assertThat(bodies.reserve(MAX_BYTES)).isTrue();
    }
}
