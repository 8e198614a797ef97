package io.kurier.schemas.wire;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.EventTypeRecord;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.TenantRecord;
import io.kurier.schemas.WebhookRecord;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The schemas this version writes: Delivery for lanes and every tier, none for quarantine, else one per topic. Each process
 * announces them before its first record.
 */
public final class OwnSchemas {
    public static final List<Schema> ALL = List.of(
            Event.getClassSchema(),
            Delivery.getClassSchema(),
            Attempt.getClassSchema(),
            DeadLetter.getClassSchema(),
            WebhookRecord.getClassSchema(),
            ReplayRecord.getClassSchema(),
            CircuitRecord.getClassSchema(),
            EventTypeRecord.getClassSchema(),
            TenantRecord.getClassSchema(),
            SchemaRecord.getClassSchema());

    private OwnSchemas() {}
}
