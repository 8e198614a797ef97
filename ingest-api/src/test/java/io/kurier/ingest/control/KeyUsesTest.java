package io.kurier.ingest.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.tenant.ApiKey;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyUsesTest {
    private final MemoryControlPlane plane = new MemoryControlPlane();
    private final ManualTasks tasks = new ManualTasks();
    private final KeyUses uses = new KeyUses(plane.tenants, plane.tenantChanges, plane.clock, tasks).start();
    private int writtenBefore;

    @BeforeEach
    void register() throws Exception {
        plane.tenant("acme");
        plane.key("key_1", "acme");
        writtenBefore = plane.tenantTopic.written.size();
    }

    private ApiKey key() {
        return plane.tenants.key("key_1").orElseThrow();
    }

    private int written() {
        return plane.tenantTopic.written.size() - writtenBefore;
    }

    private long use() {
        uses.note(key(), plane.clock.millis());
        return plane.clock.millis();
    }

    @Test
    void aKeyThatWasNeverUsedHasNoLastUse() throws Exception {
        uses.write();
        assertThat(uses.lastUsedAtMs(key())).isZero();
        assertThat(written()).isZero();
    }

    @Test
    void aUseIsKnownAtOnceAndWrittenWithTheNextRun() {
        long usedAtMs = use();
        assertThat(uses.lastUsedAtMs(key())).isEqualTo(usedAtMs);
        assertThat(key().lastUsedAtMs()).isNull();
        tasks.runRepeated();
        assertThat(key().lastUsedAtMs()).isEqualTo(usedAtMs);
        assertThat(written()).isEqualTo(1);
    }

    @Test
    void usesAreWrittenEveryMinute() {
        assertThat(tasks.repeated).extracting(ManualTasks.Repeated::pause).containsExactly(Duration.ofMinutes(1));
    }

    @Test
    void aKeyIsWrittenAtMostOnceAnHour() throws Exception {
        long first = use();
        uses.write();
        plane.clock.advance(Duration.ofMinutes(59));
        long second = use();
        uses.write();
        assertThat(key().lastUsedAtMs()).isEqualTo(first);
        assertThat(uses.lastUsedAtMs(key())).as("still shown").isEqualTo(second);

        plane.clock.advance(Duration.ofMinutes(2));
        uses.write();
        assertThat(key().lastUsedAtMs()).isEqualTo(second);
        assertThat(written()).isEqualTo(2);
    }

    @Test
    void usesAreNotedToTheSecond() {
        long first = use();
        plane.clock.advance(Duration.ofMillis(1_000));
        use();
        assertThat(uses.lastUsedAtMs(key())).isEqualTo(first);
        plane.clock.advance(Duration.ofMillis(1));
        assertThat(use()).isEqualTo(uses.lastUsedAtMs(key()));
    }

    @Test
    void aRevokedKeyIsForgottenAndNotBroughtBack() throws Exception {
        ApiKey key = key();
        uses.note(key, plane.clock.millis());
        plane.tenantChanges.revoke(key);
        uses.write();
        assertThat(plane.tenants.key("key_1")).isEmpty();
        assertThat(uses.lastUsedAtMs(key)).isZero();
    }

    @Test
    void aKeyThatIsRevokedBeforeTheDecisionIsNotBroughtBack() throws Exception {
        use();
        plane.tenantTopic.beforeNextDecision(() -> plane.tenantTopic.put("key/key_1", null));
        uses.write();
        assertThat(plane.tenants.key("key_1")).isEmpty();
    }

    @Test
    void whileKafkaIsAwayTheUseWaitsForTheNextRun() {
        long usedAtMs = use();
        plane.tenantTopic.fail(1);
        tasks.runRepeated();
        assertThat(key().lastUsedAtMs()).isNull();
        tasks.runRepeated();
        assertThat(key().lastUsedAtMs()).isEqualTo(usedAtMs);
    }
}
