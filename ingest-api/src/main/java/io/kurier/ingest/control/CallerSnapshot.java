package io.kurier.ingest.control;

import io.kurier.ingest.http.Caller;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestParams;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.kafka.EndOffsets;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and the tenant it is for, as they stood when the request came in. Both must be there still when a change is
 * decided, or something would be made for a tenant that another API has deleted meanwhile.
 *
 * @param key null for the operator
 * @param isRegistered whether the tenant was; one that never was is nothing to delete
 */
public record CallerSnapshot(@Nullable ApiKey key, String tenant, boolean isRegistered) {
    private static final Duration CATCH_UP = Duration.ofSeconds(5);

    public static CallerSnapshot of(RoutingContext context, KurierRuntime runtime) {
        String tenant = RequestParams.tenant(context);
        return new CallerSnapshot(
                Caller.of(context).key(), tenant, runtime.tenants().get(tenant).isPresent());
    }

    /**
     * Waits for Kafka: not on an event loop.
     *
     * @throws Problem.RefusedException when either is gone
     * @throws KafkaException when nobody can tell now
     */
    public void check(KurierRuntime runtime) throws InterruptedException {
        if (key == null && !isRegistered) {
            return;
        }
        String topic = runtime.topics().tenants();
        if (!runtime.tables()
                .await(topic, EndOffsets.committed(runtime.kafka(), new TopicPartition(topic, 0)), CATCH_UP)) {
            throw new KafkaException("the table of " + topic + " does not reach the topic's end");
        }
        if (key != null && runtime.tenants().key(key.id()).isEmpty()) {
            throw Problem.of(401, "this key is not known here any more").refused();
        }
        Optional<Tenant> found = runtime.tenants().get(tenant);
        if (isRegistered && found.isEmpty()) {
            throw Problem.notFound("tenant", tenant).refused();
        }
        if (found.filter(Tenant::deleting).isPresent()) {
            throw TenantChanges.deleting(tenant).refused();
        }
    }
}
