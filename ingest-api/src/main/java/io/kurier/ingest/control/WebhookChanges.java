package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes webhooks into their topic. Waits for Kafka: not on an event loop. */
public final class WebhookChanges {
    private final KurierRuntime runtime;
    private final ControlWriter writer;
    private final int defaultMost;

    /** @param defaultMost webhooks of a tenant whose quota does not say so itself; 0 for no limit */
    public WebhookChanges(KurierRuntime runtime, ControlWriter writer, int defaultMost) {
        this.runtime = runtime;
        this.writer = writer;
        this.defaultMost = defaultMost;
    }

    /** @param standing of who asks: refused when it is gone once this is decided */
    public void register(Webhook asked, CallerSnapshot standing)
            throws ControlWriter.UnavailableException, InterruptedException {
        writer.write(asked.id(), () -> {
            standing.check(runtime);
            checkRoom(asked.tenant());
            long number = runtime.tables().position(runtime.topics().webhooks());
            return runtime.webhookRecords().write(asked.numbered(number));
        });
    }

    /** Counted only for tenants with a limit: it looks at every webhook there is. */
    private void checkRoom(String id) {
        Tenant tenant = runtime.tenants().orPlain(id);
        if (tenant.deleting()) {
            throw TenantChanges.deleting(id).refused();
        }
        int most = tenant.quota().webhooksOr(defaultMost);
        if (most > 0 && count(id) >= most) {
            throw Problem.of(409, "tenant " + id + " has " + count(id) + " webhooks, of " + most + " (quota.webhooks)")
                    .refused();
        }
    }

    private int count(String tenant) {
        return (int) runtime.webhooks().values().stream()
                .filter(webhook -> webhook.tenant().equals(tenant))
                .count();
    }

    /**
     * Some of a tenant's webhooks deleted.
     *
     * @param anyInactive whether something may be held for one of them
     */
    public record Step(int left, boolean anyInactive) {}

    /** Whoever decides about a webhook after this knows of what was written before. */
    public void takeOverAnew() {
        writer.takeOverAnew();
    }

    /** In one transaction. */
    public Step deleteSome(String tenant, int most) throws ControlWriter.UnavailableException, InterruptedException {
        AtomicBoolean anyInactive = new AtomicBoolean();
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            runtime.webhooks().values().stream()
                    .filter(webhook -> webhook.tenant().equals(tenant))
                    .limit(most)
                    .forEach(webhook -> {
                        values.put(webhook.id(), null);
                        if (!webhook.isActive()) {
                            anyInactive.set(true);
                        }
                    });
            return values;
        });
        return new Step(count(tenant), anyInactive.get());
    }

    /**
     * Replaces the webhook by its next revision.
     *
     * @param change is given the webhook as it is now, which nobody else changes meanwhile; what it throws is passed on
     * @return the webhook as it is now
     */
    public Webhook change(String id, UnaryOperator<Webhook> change)
            throws ControlWriter.UnavailableException, InterruptedException {
        Revision revision = new Revision(find(id), change);
        writer.write(id, revision);
        return revision.made;
    }

    private Webhook find(String id) {
        return runtime.webhooks().get(id).orElseThrow(() -> Problem.notFound("webhook", id)
                .refused());
    }

    private final class Revision implements ControlWriter.Change {
        private final UnaryOperator<Webhook> change;
        private Webhook made;

        Revision(Webhook before, UnaryOperator<Webhook> change) {
            this.made = before;
            this.change = change;
        }

        @Override
        public byte[] decide() {
            made = change.apply(find(made.id()));
            return runtime.webhookRecords().write(made);
        }
    }

    /** @param check refuses when the webhook must not be deleted */
    public void delete(String id, Runnable check) throws ControlWriter.UnavailableException, InterruptedException {
        writer.write(id, () -> {
            check.run();
            return null;
        });
    }
}
