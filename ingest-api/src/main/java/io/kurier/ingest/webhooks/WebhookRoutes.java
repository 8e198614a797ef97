package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.config.WebhookFileConfig;
import io.kurier.ingest.control.CallerSnapshot;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.RevisionTag;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.schemas.CircuitRecord;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/webhooks}: register, list, show, change, pause, resume, disable, enable, delete, rotate. Secrets are shown once, in the answer that made
 * them.
 */
public final class WebhookRoutes {
    public static final String PATH = "/api/v1/webhooks";
    public static final String ONE = PATH + "/:id";

    private final KurierRuntime runtime;
    private final WebhookChanges changes;
    private final ReplayOrders releases;
    private final double releaseRate;
    private final WebhookJson webhookJson;

    public WebhookRoutes(KurierRuntime runtime, WebhookChanges changes, ReplayOrders releases, IngestApiConfig config) {
        this.runtime = runtime;
        this.changes = changes;
        this.releases = releases;
        this.releaseRate = config.replayRate();
        this.webhookJson = new WebhookJson(config.egress());
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.MANAGE, this::register);
        routes.list(PATH, Role.READ, this::list);
        routes.get(PATH + "/export", Role.READ, this::export);
        routes.get(ONE, Role.READ, this::show);
        routes.patch(ONE, Role.MANAGE, this::change);
        routes.delete(ONE, Role.MANAGE, this::delete);
        routes.post(ONE + "/pause", Role.MANAGE, this::pause);
        routes.post(ONE + "/resume", Role.MANAGE, this::resume);
        routes.post(ONE + "/disable", Role.MANAGE, this::disable);
        routes.post(ONE + "/enable", Role.MANAGE, this::enable);
        routes.post(ONE + "/rotate-secret", Role.MANAGE, this::rotate);
    }

    private void register(RoutingContext context) {
        ObjectNode body = Json.parseObject(RequestBody.required(context));
        CallerSnapshot standing = CallerSnapshot.of(context, runtime);
        BlockingCalls.run(context, () -> {
            // certificates and keys take milliseconds to check
            Tenant tenant = runtime.tenants().orPlain(standing.tenant());
            Webhook asked = webhookJson.parse(body, tenant, runtime.clock().millis());
            changes.register(asked, standing);
            ObjectNode made = shown(asked);
            if (WebhookJson.isOwnSecret(body, tenant)) {
                made.put("secret", asked.signing().newest().reveal());
            }
            context.response().putHeader("location", PATH + "/" + asked.id());
            answer(context, 201, asked, made);
        });
    }

    private void change(RoutingContext context) {
        ObjectNode body = Json.parseObject(RequestBody.required(context));
        change(
                context,
                webhook -> webhookJson.change(
                        notOfFile(webhook),
                        body,
                        runtime.tenants().orPlain(webhook.tenant()).webhookDefaults(),
                        runtime.clock().millis()),
                this::shown);
    }

    private void pause(RoutingContext context) {
        RequestBody.optionalFields(context, Set.of());
        change(context, webhook -> webhook.in(new Webhook.State(Webhook.Kind.PAUSED, "")), this::shown);
    }

    private void disable(RoutingContext context) {
        RequestBody.optionalFields(context, Set.of());
        change(context, webhook -> webhook.in(new Webhook.State(Webhook.Kind.DISABLED, "")), this::shown);
    }

    private void rotate(RoutingContext context) {
        ObjectNode body = Json.parseObjectOrEmpty(BodyCollector.of(context));
        change(
                context,
                webhook -> SigningJson.rotate(
                        notOfFile(webhook), body, runtime.clock().millis()),
                webhook ->
                        shown(webhook).put("secret", webhook.signing().newest().reveal()));
    }

    /** Active again, and what is held for it goes out. */
    private void resume(RoutingContext context) {
        RequestBody.optionalFields(context, Set.of());
        activate(context, this::release);
    }

    /** Active again; what is held goes out too, unless the request says otherwise. */
    private void enable(RoutingContext context) {
        boolean releases = RequestBody.optionalFields(context, Set.of("release")).flag("release", true);
        activate(context, releases ? this::release : webhook -> null);
    }

    private void activate(RoutingContext context, Release release) {
        change(context, webhook -> webhook.isActive() ? webhook : webhook.in(Webhook.State.ACTIVE), webhook -> {
            return shown(webhook).put("release", release.of(webhook));
        });
    }

    private String release(Webhook webhook) throws ControlWriter.UnavailableException, InterruptedException {
        return releases.release(webhook.tenant(), webhook.id(), releaseRate);
    }

    /** Tells the id of the replay that releases, if any. */
    private interface Release {
        @Nullable
        String of(Webhook webhook) throws ControlWriter.UnavailableException, InterruptedException;
    }

    /** What is answered, which may need Kafka too. */
    private interface Shown {
        ObjectNode of(Webhook webhook) throws ControlWriter.UnavailableException, InterruptedException;
    }

    private void change(RoutingContext context, UnaryOperator<Webhook> change, Shown shown) {
        String id = find(context).id();
        BlockingCalls.run(context, () -> {
            Webhook changed = changes.change(id, webhook -> {
                checkRevision(context, webhook);
                return change.apply(webhook);
            });
            answer(context, 200, changed, shown.of(changed));
        });
    }

    /** What a file says of a webhook it would say again. */
    private static Webhook notOfFile(Webhook webhook) {
        if (!webhook.file().isEmpty()) {
            throw Problem.of(
                            409,
                            "webhook " + webhook.id() + " is kept in the file of " + WebhookFileConfig.FILE + ", as "
                                    + webhook.file() + ": change it there")
                    .refused();
        }
        return webhook;
    }

    private static void checkRevision(RoutingContext context, Webhook webhook) {
        RevisionTag.check(context, "webhook " + webhook.id(), webhook.revision());
    }

    private static void answer(RoutingContext context, int status, Webhook webhook, ObjectNode json) {
        RevisionTag.put(context, webhook.revision());
        HttpResponses.json(context, status, json);
    }

    private ObjectNode shown(Webhook webhook) {
        ObjectNode json = WebhookJson.show(webhook, runtime.clock().millis());
        runtime.circuits()
                .get(webhook.id())
                .filter(circuit -> circuit.getRevision() == webhook.revision())
                .ifPresent(circuit -> json.set("circuit", circuit(circuit)));
        return json;
    }

    private ObjectNode circuit(CircuitRecord circuit) {
        boolean isOpen = runtime.clock().millis() < circuit.getUntilMs();
        return Json.object()
                .put("state", isOpen ? "open" : "half_open")
                .put("reason", circuit.getReason())
                .put("since", Json.time(circuit.getSinceMs()))
                .put("next_probe_at", Json.time(circuit.getUntilMs()));
    }

    private void list(RoutingContext context) {
        String tenant = RequestParams.tenant(context);
        int limit = RequestParams.limit(context);
        String after = RequestParams.cursor(context, Ids::isWebhook, "");
        List<Webhook> found = runtime.webhooks().values().stream()
                .filter(webhook ->
                        webhook.tenant().equals(tenant) && webhook.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Webhook::id))
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        found.stream().limit(limit).forEach(webhook -> data.add(shown(webhook)));
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).id() : null);
        HttpResponses.json(context, 200, page);
    }

    private void export(RoutingContext context) {
        String tenant = RequestParams.tenant(context);
        BlockingCalls.run(context, () -> {
            List<Webhook> all = runtime.webhooks().values().stream()
                    .filter(webhook -> webhook.tenant().equals(tenant))
                    .sorted(Comparator.comparing(Webhook::number))
                    .limit(WebhookExport.MAX_WEBHOOKS + 1L)
                    .toList();
            HttpResponses.send(context.response(), 200, WebhookExport.CONTENT_TYPE, WebhookExport.yaml(all));
        });
    }

    private void show(RoutingContext context) {
        Webhook webhook = find(context);
        answer(context, 200, webhook, shown(webhook));
    }

    private Webhook find(RoutingContext context) {
        return find(runtime, context);
    }

    /** The caller's webhook that the path names. A foreign id answers exactly as a missing one. */
    public static Webhook find(KurierRuntime runtime, RoutingContext context) {
        String id = context.pathParam("id");
        String tenant = RequestParams.tenant(context);
        return runtime.webhooks()
                .get(id)
                .filter(webhook -> webhook.tenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("webhook", id).refused());
    }

    private void delete(RoutingContext context) {
        Webhook webhook = find(context);
        BlockingCalls.run(context, () -> {
            changes.delete(webhook.id(), () -> checkRevision(context, notOfFile(find(context))));
            if (!webhook.isActive()) {
                // workers discard it on record
                release(webhook);
            }
            context.response().setStatusCode(204).end();
        });
    }
}
