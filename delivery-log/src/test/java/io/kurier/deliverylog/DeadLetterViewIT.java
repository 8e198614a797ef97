package io.kurier.deliverylog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.schemas.DeadLetter;
import io.kurier.testkit.DeadLetterLog;
import io.kurier.testkit.DeadLetterLog.Death;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A delivery is dead if its last record is an entry. */
class DeadLetterViewIT {
    private static final Instant DAY = Instant.parse("2026-01-31T00:00:00Z");

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private static KurierRuntime runtime;
    private static DeadLetterLog log;
    private static int tenants;

    private final String tenant = "t" + ++tenants;
    private final List<DeadLetterView> views = new ArrayList<>();

    @BeforeAll
    static void start() throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.from(Settings.parse(
                Map.of(
                        KafkaSettings.BOOTSTRAP_SERVERS,
                        KAFKA.broker().bootstrapServers(),
                        KafkaSettings.PARTITIONS,
                        "4",
                        "KURIER_RETRY_TIERS",
                        "1s"),
                List.of(KafkaSettings.definition())));
        runtime = KurierRuntime.start(
                kafka,
                new ConfiguredKafkaClients(kafka.client()),
                SecretBox.withKey("a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE="),
                InstantSource.system());
        log = new DeadLetterLog(runtime);
    }

    @AfterAll
    static void stop() {
        log.close();
        runtime.close();
    }

    @AfterEach
    void closeViews() {
        views.forEach(DeadLetterView::close);
    }

    /** A view that is complete when it is returned. */
    private DeadLetterView view(int limit) {
        DeadLetterView view = new DeadLetterView(
                runtime.kafka(),
                runtime.topics(),
                runtime.codec(DeadLetter.class),
                runtime.metrics(),
                runtime.clock(),
                Settings.parse(
                        Map.of("KURIER_DEAD_LETTERS_LISTED", Integer.toString(limit)),
                        List.of(DeadLetterView.definition())));
        views.add(view);
        await("complete").until(() -> view.health().get(0).ok());
        return view;
    }

    private static DeadLetterQuery all(String tenant) {
        return new DeadLetterQuery(tenant, null, null, null, null, null, null, 100);
    }

    private static List<String> ids(DeadLetterView view, DeadLetterQuery query) {
        return view.list(query).dead().stream().map(DeadDelivery::deliveryId).toList();
    }

    private List<Death> deaths(int count) {
        return deaths(DAY, count);
    }

    /** Deaths of many webhooks, so in all partitions; one per minute, the oldest first. */
    private List<Death> deaths(Instant start, int count) {
        List<Death> deaths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            deaths.add(Death.of(tenant, "wh_" + i, start.plus(Duration.ofMinutes(i))));
        }
        deaths.forEach(log::enter);
        return deaths;
    }

    private static List<String> newestFirst(List<Death> deaths) {
        List<String> ids = new ArrayList<>();
        deaths.forEach(death -> ids.add(0, death.deliveryId()));
        return ids;
    }

    @Test
    void entryIsListedWithWhatIsKnownOfIt() {
        Death death = Death.of(tenant, "wh_1", DAY);
        log.enter(death);
        assertThat(view(1_000).list(all(tenant)).dead()).singleElement().satisfies(dead -> {
            assertThat(dead.deliveryId()).isEqualTo(death.deliveryId());
            assertThat(dead.webhookId()).isEqualTo("wh_1");
            assertThat(dead.eventId()).isEqualTo(death.eventId());
            assertThat(dead.jobId()).isEqualTo("job-of-" + death.eventId());
            assertThat(dead.type()).isEqualTo("job.failed");
            assertThat(dead.reason()).isEqualTo("exhausted");
            assertThat(dead.status()).isEqualTo(503);
            assertThat(dead.error()).isEqualTo("timeout");
            assertThat(dead.attempts()).isEqualTo(3);
            assertThat(dead.diedAtMs()).isEqualTo(DAY.toEpochMilli());
        });
    }

    @Test
    void takingEndsItAndAnotherDeathBringsItBack() {
        DeadLetterView live = view(1_000);
        Death death = Death.of(tenant, "wh_1", DAY);
        Death other = Death.of(tenant, "wh_1", DAY);
        log.enter(other);
        log.enter(death);
        await().untilAsserted(() -> assertThat(ids(live, all(tenant))).hasSize(2));

        log.take(death);
        await().untilAsserted(() -> assertThat(ids(live, all(tenant))).containsExactly(other.deliveryId()));
        assertThat(ids(view(1_000), all(tenant))).as("rebuilt").containsExactly(other.deliveryId());

        Death again = death.withTime(DAY.plusSeconds(1));
        log.enter(again);
        await().untilAsserted(() ->
                assertThat(ids(live, all(tenant))).containsExactly(again.deliveryId(), other.deliveryId()));
        assertThat(live.list(all(tenant)).dead().get(0).diedAtMs())
                .isEqualTo(again.at().toEpochMilli());
    }

    @Test
    void deathEnteredTwiceIsListedOnce() {
        Death death = Death.of(tenant, "wh_1", DAY);
        log.enter(death);
        log.enter(death);
        log.enter(death.withTime(DAY.plusSeconds(9)));
        assertThat(view(1_000).list(all(tenant)).dead()).singleElement().satisfies(dead -> assertThat(dead.diedAtMs())
                .isEqualTo(DAY.plusSeconds(9).toEpochMilli()));
    }

    @Test
    void takingOfWhatNeverDiedIsHarmless() {
        Death death = Death.of(tenant, "wh_1", DAY);
        log.take(Death.of(tenant, "wh_1", DAY));
        log.enter(death);
        assertThat(ids(view(1_000), all(tenant))).containsExactly(death.deliveryId());
    }

    @Test
    void newestStandsFirstInWhateverOrderPartitionsAreRead() {
        List<Death> deaths = deaths(40);
        assertThat(ids(view(1_000), all(tenant))).isEqualTo(newestFirst(deaths));
        assertThat(ids(view(1_000), all(tenant))).as("another one").isEqualTo(newestFirst(deaths));
    }

    @Test
    void pageOfOneViewGoesOnInAnother() {
        List<Death> deaths = deaths(25);
        DeadLetterView one = view(1_000);
        DeadLetterView two = view(1_000);
        List<String> read = new ArrayList<>();
        DeadLetterQuery query = new DeadLetterQuery(tenant, null, null, null, null, null, null, 10);
        DeadLetterView.Page first = one.list(query);
        first.dead().forEach(dead -> read.add(dead.deliveryId()));
        DeadLetterView.Page second = two.list(query.after(first.next()));
        second.dead().forEach(dead -> read.add(dead.deliveryId()));
        DeadLetterView.Page third = one.list(query.after(second.next()));
        third.dead().forEach(dead -> read.add(dead.deliveryId()));
        assertThat(read).isEqualTo(newestFirst(deaths));
        assertThat(third.next()).isNull();
    }

    @Test
    void deathsOfOneMomentAreAllReadPageByPage() {
        List<String> entered = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Death death = Death.of(tenant, "wh_" + i, DAY);
            log.enter(death);
            entered.add(death.deliveryId());
        }
        DeadLetterView view = view(1_000);
        DeadLetterQuery query = new DeadLetterQuery(tenant, null, null, null, null, null, null, 3);
        List<String> read = new ArrayList<>();
        DeadLetterView.Page page = view.list(query);
        page.dead().forEach(dead -> read.add(dead.deliveryId()));
        while (page.next() != null) {
            page = view.list(query.after(page.next()));
            page.dead().forEach(dead -> read.add(dead.deliveryId()));
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(entered);
    }

    @Test
    void everyFilterChoosesAndTenantsNeverMeet() {
        String other = tenant + "-other";
        Death plain = Death.of(tenant, "wh_1", DAY);
        Death otherWebhook = Death.of(tenant, "wh_2", DAY.plusSeconds(1));
        Death otherType = Death.of(tenant, "wh_1", DAY.plusSeconds(2)).withType("job.completed");
        Death otherReason = Death.of(tenant, "wh_1", DAY.plusSeconds(3)).withReason("gone");
        Death foreign = Death.of(other, "wh_1", DAY.plusSeconds(4));
        for (Death death : List.of(plain, otherWebhook, otherType, otherReason, foreign)) {
            log.enter(death);
        }
        DeadLetterView view = view(1_000);
        assertThat(ids(view, query("wh_2", null, null, null, null))).containsExactly(otherWebhook.deliveryId());
        assertThat(ids(view, query(null, "job.completed", null, null, null))).containsExactly(otherType.deliveryId());
        assertThat(ids(view, query(null, null, "gone", null, null))).containsExactly(otherReason.deliveryId());
        assertThat(ids(view, query(null, null, null, DAY.plusSeconds(1), DAY.plusSeconds(3))))
                .as("since is in, until is not")
                .containsExactly(otherType.deliveryId(), otherWebhook.deliveryId());
        assertThat(ids(view, query("wh_2", "job.completed", null, null, null))).isEmpty();
        assertThat(ids(view, all(tenant))).hasSize(4).doesNotContain(foreign.deliveryId());
        assertThat(ids(view, all(other))).containsExactly(foreign.deliveryId());
    }

    private DeadLetterQuery query(String webhook, String type, String reason, Instant since, Instant until) {
        return new DeadLetterQuery(
                tenant,
                webhook,
                type,
                reason,
                since == null ? null : since.toEpochMilli(),
                until == null ? null : until.toEpochMilli(),
                null,
                100);
    }

    @Test
    void fullViewLeavesOutTheOldestAndSaysSinceWhenItIsComplete() {
        List<Death> deaths = deaths(DAY.plus(Duration.ofDays(365)), 12);
        DeadLetterView small = view(5);
        assertThat(ids(small, all(tenant))).isEqualTo(newestFirst(deaths.subList(7, 12)));
        assertThat(small.list(all(tenant)).completeSinceMs())
                .isEqualTo(deaths.get(6).at().toEpochMilli() + 1);
        assertThat(view(1_000).list(all(tenant)).completeSinceMs()).isZero();
        log.take(deaths.get(11));
        await().untilAsserted(() -> assertThat(ids(small, all(tenant))).isEqualTo(newestFirst(deaths.subList(7, 11))));
    }

    @Test
    void recordNobodyCanReadIsPassedOver() {
        DeadLetterView live = view(1_000);
        Death before = Death.of(tenant, "wh_1", DAY);
        Death after = Death.of(tenant, "wh_1", DAY.plusSeconds(1));
        log.enter(before);
        log.write("wh_1", "no dead letter".getBytes());
        log.write("wh_1", null);
        log.enter(after);
        await().untilAsserted(() ->
                assertThat(ids(live, all(tenant))).containsExactly(after.deliveryId(), before.deliveryId()));
        assertThat(live.health().get(0).ok()).isTrue();
        assertThat(live.failure()).isNotDone();
    }
}
