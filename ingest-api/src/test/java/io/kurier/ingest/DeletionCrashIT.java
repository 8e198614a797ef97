package io.kurier.ingest;

import static io.kurier.ingest.MortalClients.Moment.AFTER_COMMIT;
import static io.kurier.ingest.MortalClients.Moment.BEFORE_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One API is killed while it deletes; another one goes on. Whatever was deleted, the order that discards what is held for
 * it is there too.
 */
@ExtendWith(SharedApi.class)
class DeletionCrashIT {
    private final TestApi healthy;
    private final ApiClient operator;
    private final String tenant;
    private MortalClients clients;
    private TestApi mortal;

    DeletionCrashIT(TestApi healthy) {
        this.healthy = healthy;
        this.operator = healthy.operator();
        this.tenant = healthy.tenant();
    }

    @BeforeEach
    void start() throws Exception {
        mortal = healthy.another(Map.of(), real -> {
            clients = new MortalClients(real);
            return clients;
        });
    }

    @AfterEach
    void stop() {
        mortal.close();
    }

    @Test
    void aKillAfterTheDeletionOfAPausedWebhookLeavesTheOrderToDiscard() throws Exception {
        String id = pausedWebhook();
        clients.dieAt(1, AFTER_COMMIT);
        deleteWhereItDies("/webhooks/" + id + "?tenant=" + tenant);

        awaitGone(id);
        awaitOneOrder();
        operator.delete("/webhooks/" + id + "?tenant=" + tenant).is(404);
        assertThat(orders()).singleElement().satisfies(order -> {
            assertThat(order.getFrom()).isEqualTo(ReplayFrom.HELD);
            assertThat(order.getWebhookId()).isEqualTo(id);
        });
    }

    @Test
    void aKillBeforeTheDeletionIsCommittedDeletesAndOrdersNothingAndTheRepeatDoesBoth() throws Exception {
        String id = pausedWebhook();
        clients.dieAt(1, BEFORE_COMMIT);
        deleteWhereItDies("/webhooks/" + id + "?tenant=" + tenant);

        operator.get("/webhooks/" + id + "?tenant=" + tenant).is(200);
        assertThat(orders()).isEmpty();
        operator.delete("/webhooks/" + id + "?tenant=" + tenant).is(204);
        assertThat(orders()).singleElement().satisfies(order -> assertThat(order.getWebhookId())
                .isEqualTo(id));
    }

    /** Of three commits: the mark on the tenant, its webhooks, and the end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aKillBetweenTheStepsOfDeletingATenantLeavesNothingHeldWithoutAnOrder(int commit) throws Exception {
        String id = pausedWebhook();
        clients.dieAt(commit, AFTER_COMMIT);
        deleteWhereItDies("/tenants/" + tenant);

        if (commit >= 2) {
            awaitGone(id);
            // before anybody repeats the request
            awaitOneOrder();
        }
        if (commit < 3) {
            operator.delete("/tenants/" + tenant).is(204);
        }
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> operator.get("/tenants/" + tenant).is(404));
        assertThat(healthy.runtime().webhooks().get(id)).isEmpty();
        assertThat(orders()).singleElement().satisfies(order -> {
            assertThat(order.getFrom()).isEqualTo(ReplayFrom.HELD);
            assertThat(order.getWebhookId()).as("all of the tenant's").isNull();
        });
    }

    private String pausedWebhook() {
        String id = ApiClient.ofTenant(healthy, tenant).webhook("https://example.com/");
        operator.post("/webhooks/" + id + "/pause?tenant=" + tenant, "").is(200);
        await().atMost(30, TimeUnit.SECONDS).until(() -> mortal.runtime()
                .webhooks()
                .get(id)
                .filter(webhook -> !webhook.isActive())
                .isPresent());
        return id;
    }

    /** The answer of a dying process says nothing. */
    private void deleteWhereItDies(String path) throws IOException, InterruptedException {
        URI uri = mortal.uri("/api/v1" + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("authorization", "Bearer " + TestApi.KEY)
                .DELETE()
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
        assertThat(clients.isDead()).isTrue();
    }

    private void awaitGone(String id) {
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> healthy.runtime().webhooks().get(id).isEmpty());
    }

    private void awaitOneOrder() {
        await().atMost(30, TimeUnit.SECONDS).until(() -> orders().size() == 1);
    }

    private List<ReplayOrder> orders() {
        return healthy.runtime().replays().values().stream()
                .map(ReplayRecord::getOrder)
                .filter(Objects::nonNull)
                .filter(order -> order.getTenant().equals(tenant))
                .toList();
    }
}
