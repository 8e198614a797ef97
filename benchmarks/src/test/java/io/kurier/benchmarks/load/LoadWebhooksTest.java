package io.kurier.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.receiver.Receivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadWebhooksTest {
    @ParameterizedTest
    @CsvSource({
        "20,20,0,4,0",
        "20,0,20,0,4",
        "20,15,5,3,1",
        "100,33,33,33,33",
        "7,50,0,3,0",
        "20,90,0,18,0",
        "3,10,0,0,0"
    })
    void faultyWebhooksMatchTheirPercentage(
            int size, int silent, int failing, int expectedSilent, int expectedFailing) {
        LoadWebhooks loadWebhooks = new LoadWebhooks(1, size, silent, failing);

        assertThat(loadWebhooks.count(ReceiverBehaviour.SILENT)).isEqualTo(expectedSilent);
        assertThat(loadWebhooks.count(ReceiverBehaviour.FAILS)).isEqualTo(expectedFailing);
        assertThat(loadWebhooks.hasFaultyReceivers()).isEqualTo(expectedSilent + expectedFailing > 0);
    }

    @Test
    void groupsTakeTurnsAndEveryWebhookOfAGroupGetsTheEvent() {
        LoadWebhooks loadWebhooks = new LoadWebhooks(2, 3, 0, 0);

        assertThat(loadWebhooks.gets(4, 2)).isTrue();
        assertThat(loadWebhooks.gets(4, 3)).isTrue();
        assertThat(loadWebhooks.gets(4, 1)).isFalse();
        assertThat(loadWebhooks.gets(4, 4)).isFalse();
        assertThat(loadWebhooks.gets(0, -1)).isFalse();
        assertThat(loadWebhooks.gets(2, 6)).isFalse();
    }

    @Test
    void deliveryNumbersAreUnique() {
        LoadWebhooks loadWebhooks = new LoadWebhooks(3, 2, 0, 0);

        assertThat(loadWebhooks.delivery(5, 3)).isEqualTo(15);
        assertThat(loadWebhooks.delivery(5, 5)).isEqualTo(17);
        assertThat(loadWebhooks.delivery(6, 0)).isEqualTo(18);
    }

    @Test
    void everyFaultyReceiverHasAnAddressOfItsOwn() {
        LoadWebhooks loadWebhooks = new LoadWebhooks(1, 600, 50, 0);

        assertThat(Receivers.hosts(loadWebhooks))
                .hasSize(301)
                .doesNotHaveDuplicates()
                .contains("127.0.0.1", "127.1.0.2", "127.1.2.100");
    }
}
