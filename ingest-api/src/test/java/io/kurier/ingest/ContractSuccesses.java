package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.runtime.kafka.Quarantine;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;

/** One successful request for each route. A new route needs an entry here. */
final class ContractSuccesses {
    private static final String URL = "https://example.com/";
    /** A host name that does not resolve, so that no request leaves the machine. */
    private static final String NOWHERE = "\"url\":\"https://nowhere.invalid/\",\"timeout\":\"1s\"";

    private static final String WEBHOOK = "/api/v1/webhooks/{id}";
    private static final String TENANT = "/api/v1/tenants/{id}";

    private final TestApi api;
    private final ApiClient caller;
    private final Map<String, Callable<Answer>> byRoute = new HashMap<>();

    ContractSuccesses(TestApi api) {
        this.api = api;
        this.caller = api.caller();
        addProcess();
        addEvents();
        addWebhooks();
        addTests();
        addQuarantine();
        addTenants();
    }

    Answer of(String route) throws Exception {
        Callable<Answer> success = byRoute.get(route);
        if (success == null) {
            throw new AssertionError("say in ContractSuccesses how " + route + " is asked so that it succeeds");
        }
        return success.call();
    }

    private void addProcess() {
        for (String path :
                new String[] {"/health/live", "/health/ready", "/metrics", "/openapi.yaml", "/openapi.json", "/docs"}) {
            byRoute.put("GET " + path, () -> open(path));
        }
        byRoute.put("GET /docs/{file}", () -> open("/docs/docs.css"));
        byRoute.put("GET /.well-known/webhooks/{id}/jwks.json", () -> {
            Answer made =
                    caller.post("/webhooks", "{\"url\":\"" + URL + "\",\"events\":[\"*\"],\"signature\":\"v1a\"}");
            return open("/.well-known/webhooks/" + id(made) + "/jwks.json");
        });
    }

    private Answer open(String path) {
        return api.send(HttpRequest.newBuilder(api.uri(path)));
    }

    private void addEvents() {
        byRoute.put("POST /api/v1/events", () -> caller.post("/events", "[{\"type\":\"a\",\"data\":1},{}]"));
        for (String list : new String[] {"event-types", "webhooks/events", "dead-letters", "errors"}) {
            byRoute.put("GET /api/v1/" + list, () -> caller.get("/" + list + "?limit=5"));
        }
        String one = "/api/v1/event-types/{type}";
        byRoute.put("PUT " + one, () -> type());
        byRoute.put("GET " + one, () -> {
            type();
            return caller.get("/event-types/job.x");
        });
        byRoute.put("DELETE " + one, () -> {
            type();
            return caller.delete("/event-types/job.x");
        });
        byRoute.put("POST /api/v1/replays", this::replay);
        byRoute.put("GET /api/v1/replays", () -> caller.get("/replays"));
        byRoute.put("GET /api/v1/replays/{id}", () -> caller.get("/replays/" + id(replay())));
    }

    private Answer type() {
        String body = "{\"description\":\"x\",\"schema\":{\"type\":\"object\"},\"example\":{}}";
        return api.send(caller.request("/event-types/job.x").PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer replay() {
        return caller.post("/replays", "{\"dry_run\":true,\"filter\":{\"type\":\"a\"}}");
    }

    private void addWebhooks() {
        byRoute.put("GET /api/v1/webhooks", () -> {
            caller.webhook(URL);
            return caller.get("/webhooks");
        });
        byRoute.put("POST /api/v1/webhooks", () -> caller.post("/webhooks", """
                        {"url":"https://example.com/","events":["*"],"retry":{"schedule":["1s"],"success":[200]},
                         "rate_limit":{"limit":1,"per":"1s"},"max_in_flight":2,"throttle":{"a.b":"1s"},"headers":{"X-A":"b"},
                         "ascii_json":true,"when":"data.x > 1","transform":"{'x': data.x}","timeout":"5s","description":"x"}"""));
        byRoute.put("GET /api/v1/webhooks/export", () -> {
            caller.webhook(URL);
            return caller.get("/webhooks/export");
        });
        byRoute.put("GET " + WEBHOOK, () -> caller.get("/webhooks/" + caller.webhook(URL)));
        byRoute.put(
                "PATCH " + WEBHOOK, () -> caller.patch("/webhooks/" + caller.webhook(URL), "{\"state\":\"paused\"}"));
        byRoute.put("DELETE " + WEBHOOK, () -> caller.delete("/webhooks/" + caller.webhook(URL)));
        for (String order : new String[] {"pause", "resume", "disable", "enable", "rotate-secret"}) {
            byRoute.put(
                    "POST " + WEBHOOK + "/" + order,
                    () -> caller.post("/webhooks/" + caller.webhook(URL) + "/" + order, ""));
        }
    }

    /** A test delivery succeeds as a request even if the receiver does not exist. */
    private void addTests() {
        byRoute.put(
                "POST /api/v1/webhooks/test",
                () -> caller.post(
                        "/webhooks/test", "{" + NOWHERE + ",\"type\":\"a.b\",\"data\":1,\"headers\":{\"X-A\":\"b\"}}"));
        byRoute.put("POST " + WEBHOOK + "/test", () -> {
            Answer made = caller.post("/webhooks", "{" + NOWHERE + ",\"events\":[\"*\"]}");
            return caller.post("/webhooks/" + id(made) + "/test", "");
        });
    }

    private void addQuarantine() {
        byRoute.put("GET /api/v1/quarantine", () -> {
            quarantined();
            return caller.get("/quarantine?requeued=false&limit=2");
        });
        byRoute.put("GET /api/v1/quarantine/{id}", () -> caller.get("/quarantine/" + quarantined()));
        byRoute.put(
                "POST /api/v1/quarantine/{id}/requeue",
                () -> caller.post("/quarantine/" + quarantined() + "/requeue", ""));
    }

    /** Quarantines a record as a worker does; returns its id once the API lists it. */
    private String quarantined() throws Exception {
        RecordHeaders headers = new RecordHeaders();
        headers.add("note", "x".getBytes(UTF_8));
        // the record is requeued into this topic, which no other test reads
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                api.runtime().topics().attempts(),
                0,
                3,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                new byte[] {1},
                headers,
                Optional.empty());
        try (var producer = api.runtime().kafka().producer(Map.of())) {
            String id = "0-"
                    + producer.send(Quarantine.of(api.runtime().topics().quarantine(), record, "contract"))
                            .get(30, TimeUnit.SECONDS)
                            .offset();
            Awaitility.await().until(() -> caller.get("/quarantine/" + id).status() == 200);
            return id;
        }
    }

    private void addTenants() {
        ApiClient operator = api.operator();
        byRoute.put("GET /api/v1/tenants", () -> operator.get("/tenants"));
        byRoute.put(
                "POST /api/v1/tenants",
                () -> operator.post("/tenants", """
                        {"id":"%s","webhook_defaults":{"timeout":"10s","retry":{"schedule":["1s"]},"rate_limit":{"limit":1,"per":"1s"},"headers":{"X-A":"b"}},
                         "allow_webhook_url":true,"strict_event_types":true,"quota":{"events_per_second":5}}""".formatted(api.caller().tenant())));
        byRoute.put("GET " + TENANT, () -> operator.get("/tenants/" + api.tenant()));
        byRoute.put(
                "PATCH " + TENANT, () -> operator.patch("/tenants/" + api.tenant(), "{\"quota\":{\"webhooks\":7}}"));
        byRoute.put("DELETE " + TENANT, () -> operator.delete("/tenants/" + api.tenant()));
        byRoute.put("POST " + TENANT + "/keys", () -> operator.newKey(api.tenant(), "read"));
        byRoute.put("GET " + TENANT + "/keys", () -> {
            String tenant = api.tenant();
            operator.newKey(tenant, "read", "publish");
            return operator.get("/tenants/" + tenant + "/keys");
        });
        byRoute.put("DELETE " + TENANT + "/keys/{key_id}", () -> {
            String tenant = api.tenant();
            return operator.delete("/tenants/" + tenant + "/keys/" + id(operator.newKey(tenant, "read")));
        });
    }

    private static String id(Answer made) {
        return made.json().path("id").asText();
    }
}
