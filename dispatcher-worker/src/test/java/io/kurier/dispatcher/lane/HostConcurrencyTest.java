package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import org.junit.jupiter.api.Test;

class HostConcurrencyTest {
    private final HostConcurrency hosts = new HostConcurrency(2);
    private final WebhookQueue first = Samples.line("wh_1", 8);
    private final WebhookQueue second = Samples.line("wh_2", 8);

    @Test
    void aHostHasItsPlacesAndNoMore() {
        hosts.of("a").take();
        assertThat(hosts.of("a").hasRoom()).isTrue();
        hosts.of("a").take();
        assertThat(hosts.of("a").hasRoom()).isFalse();
        assertThat(hosts.of("b").hasRoom()).as("another host").isTrue();
        hosts.of("a").release();
        assertThat(hosts.of("a").next()).as("nobody waited").isNull();
        assertThat(hosts.of("a").hasRoom()).isTrue();
    }

    @Test
    void thoseThatWaitTakeTurns() {
        hosts.of("a").take();
        hosts.of("a").take();
        hosts.of("a").await(first);
        hosts.of("a").await(second);
        hosts.of("a").await(first);

        assertThat(hosts.of("a").next()).as("no place is free").isNull();
        hosts.of("a").release();
        assertThat(hosts.of("a").next()).isSameAs(first);
        hosts.of("a").take();
        hosts.of("a").await(first);
        hosts.of("a").release();
        assertThat(hosts.of("a").next()).isSameAs(second);
        assertThat(hosts.of("a").next()).as("the second took no place").isSameAs(first);
        assertThat(hosts.of("a").next()).isNull();
    }

    @Test
    void aHostInUseIsNotForgotten() {
        hosts.of("a").take();
        hosts.dropIdle();
        hosts.of("a").take();
        assertThat(hosts.of("a").hasRoom()).isFalse();
    }
}
