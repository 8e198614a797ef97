package io.kurier.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final long NOW_MS = 1_795_000_000_000L;

    @Test
    void eachKindHasItsPrefixAndNeverADot() {
        assertThat(Ids.event(NOW_MS, ThreadLocalRandom.current())).matches("evt_[0-9a-hjkmnp-tv-z]{26}");
        assertThat(Ids.webhook(NOW_MS)).matches("wh_[0-9a-hjkmnp-tv-z]{26}");
        assertThat(Ids.replay(NOW_MS)).matches("rpl_[0-9a-hjkmnp-tv-z]{26}");
        assertThat(Ids.delivery(Ids.event(NOW_MS, ThreadLocalRandom.current()), Ids.webhook(NOW_MS)))
                .matches("dlv_[0-9a-hjkmnp-tv-z]{26}_[0-9a-hjkmnp-tv-z]{26}");
    }

    @Test
    void newIdsSortByTheirTime() {
        List<String> ids = new ArrayList<>();
        for (long ms : new long[] {0, 1, NOW_MS - 1, NOW_MS, NOW_MS + 1, NOW_MS + 86_400_000L, (1L << 47) - 1}) {
            ids.add(Ids.event(ms, ThreadLocalRandom.current()));
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            ids.add(Ids.event(NOW_MS, ThreadLocalRandom.current()));
            ids.add(Ids.webhook(NOW_MS));
        }

        assertThat(ids).hasSize(40_000);
    }

    @Test
    void aPublishersIdAlwaysStandsForTheSameEvent() {
        assertThat(Ids.eventFor("acme", "order-1")).isEqualTo(Ids.eventFor("acme", "order-1"));
        assertThat(List.of(
                        Ids.eventFor("acme", "order-1"),
                        Ids.eventFor("acme", "order-2"),
                        Ids.eventFor("other", "order-1"),
                        Ids.eventFor("acm", "eorder-1"),
                        Ids.eventFor("acme", "")))
                .doesNotHaveDuplicates()
                .allMatch(Ids::isEvent);
    }

    /** Stored ids must not change with a release: a repeated publish would count as new. */
    @Test
    void theIdOfAPublishersIdIsFixedForGood() {
        assertThat(Ids.eventFor("acme", "order-1")).isEqualTo("evt_ayqtf310yh3nwawm1053ahr1hc");
    }

    @Test
    void aDeliveryIdTellsItsEventAndItsWebhook() {
        assertThat(Ids.delivery("evt_abc", "wh_def")).isEqualTo("dlv_abc_def");
        assertThat(Ids.delivery("evt_abc", "wh_def")).isNotEqualTo(Ids.delivery("evt_def", "wh_abc"));
    }

    @Test
    void anEventIdIsRecognised() {
        assertThat(Ids.isEvent(Ids.event(NOW_MS, ThreadLocalRandom.current()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evt_",
                "evt_0123456789abcdefghjkmnpqr",
                "evt_0123456789abcdefghjkmnpqrst",
                "wh_0123456789abcdefghjkmnpqrs",
                "EVT_0123456789abcdefghjkmnpqrs",
                "evt_0123456789ABCDEFGHJKMNPQRS",
                "evt_0123456789abcdefghjkmnpq.s",
                "evt_0123456789abcdefghjkmnpqrs\n"
            })
    void anythingElseIsNoEventId(String text) {
        assertThat(Ids.isEvent(text)).isFalse();
    }
}
