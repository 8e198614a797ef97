package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.waiting.WaitReason;
import org.junit.jupiter.api.Test;

class HostConcurrencyTest {
    private final HostConcurrency hosts = new HostConcurrency(2);
    private final WebhookQueue first = Samples.queue("wh_1", 8);
    private final WebhookQueue second = Samples.queue("wh_2", 8);

    private void await(WebhookQueue queue) {
        queue.waitsFor(WaitReason.HOST_CONCURRENCY);
        hosts.of("a").await(queue);
    }

    @Test
    void aHostTakesItsLimitAndNoMore() {
        hosts.of("a").attemptStarted();
        assertThat(hosts.of("a").hasRoom()).isTrue();
        hosts.of("a").attemptStarted();
        assertThat(hosts.of("a").hasRoom()).isFalse();
        assertThat(hosts.of("b").hasRoom()).as("another host").isTrue();
        hosts.of("a").attemptEnded();
        assertThat(hosts.of("a").next()).as("no queue waited").isNull();
        assertThat(hosts.of("a").hasRoom()).isTrue();
    }

    @Test
    void waitingQueuesTakeTurns() {
        hosts.of("a").attemptStarted();
        hosts.of("a").attemptStarted();
        await(first);
        await(second);
        await(first);

        assertThat(hosts.of("a").next()).as("no place is free").isNull();
        hosts.of("a").attemptEnded();
        assertThat(hosts.of("a").next()).isSameAs(first);
        hosts.of("a").attemptStarted();
        await(first);
        hosts.of("a").attemptEnded();
        assertThat(hosts.of("a").next()).isSameAs(second);
        assertThat(hosts.of("a").next()).as("the second took no place").isSameAs(first);
        assertThat(hosts.of("a").next()).isNull();
    }

    @Test
    void aHostInUseIsNotForgotten() {
        hosts.of("a").attemptStarted();
        hosts.dropIdle();
        hosts.of("a").attemptStarted();
        assertThat(hosts.of("a").hasRoom()).isFalse();
    }
}
