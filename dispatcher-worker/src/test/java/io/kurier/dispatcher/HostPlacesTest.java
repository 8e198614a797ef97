package io.kurier.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostPlacesTest {
    private final HostPlaces hosts = new HostPlaces(2);
    private final Line first = Samples.line("wh_1", 8);
    private final Line second = Samples.line("wh_2", 8);

    @Test
    void aHostHasItsPlacesAndNoMore() {
        hosts.take("a");
        assertThat(hosts.hasRoom("a")).isTrue();
        hosts.take("a");
        assertThat(hosts.hasRoom("a")).isFalse();
        assertThat(hosts.hasRoom("b")).as("another host").isTrue();
        hosts.release("a");
        assertThat(hosts.next("a")).as("nobody waited").isNull();
        assertThat(hosts.hasRoom("a")).isTrue();
    }

    @Test
    void thoseThatWaitTakeTurns() {
        hosts.take("a");
        hosts.take("a");
        hosts.await("a", first);
        hosts.await("a", second);
        hosts.await("a", first);

        assertThat(hosts.next("a")).as("no place is free").isNull();
        hosts.release("a");
        assertThat(hosts.next("a")).isSameAs(first);
        hosts.take("a");
        hosts.await("a", first);
        hosts.release("a");
        assertThat(hosts.next("a")).isSameAs(second);
        assertThat(hosts.next("a")).as("the second took no place").isSameAs(first);
        assertThat(hosts.next("a")).isNull();
    }
}
