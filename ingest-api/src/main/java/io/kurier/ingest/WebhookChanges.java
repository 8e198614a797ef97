package io.kurier.ingest;

import io.kurier.model.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes webhooks into their topic. Waits for Kafka: not on an event loop. */
final class WebhookChanges {
    private final KurierRuntime runtime;
    private final ControlWriter writer;

    WebhookChanges(KurierRuntime runtime, ControlWriter writer) {
        this.runtime = runtime;
        this.writer = writer;
    }

    void register(Webhook asked) throws ControlWriter.UnavailableException, InterruptedException {
        writer.write(asked.id(), new ControlWriter.Change() {
            @Override
            public byte[] decide() {
                long number = runtime.tables().position(runtime.topics().webhooks());
                return runtime.webhookRecords().write(asked.numbered(number));
            }

            @Override
            public boolean isApplied() {
                return runtime.webhooks().get(asked.id()).isPresent();
            }
        });
    }

    /**
     * Replaces the webhook by its next revision.
     *
     * @param change is given the webhook as it is now, which nobody else changes meanwhile; what it throws is passed on
     * @return the webhook as it is now
     */
    Webhook change(String id, UnaryOperator<Webhook> change)
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

        @Override
        public boolean isApplied() {
            return runtime.webhooks().get(made.id()).filter(made::equals).isPresent();
        }
    }

    /** @param check refuses when the webhook must not be deleted */
    void delete(String id, Runnable check) throws ControlWriter.UnavailableException, InterruptedException {
        writer.write(id, new ControlWriter.Change() {
            @Override
            public byte @Nullable [] decide() {
                check.run();
                return null;
            }

            @Override
            public boolean isApplied() {
                return runtime.webhooks().get(id).isEmpty();
            }
        });
    }
}
