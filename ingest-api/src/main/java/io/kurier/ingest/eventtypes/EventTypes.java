package io.kurier.ingest.eventtypes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kurier.ingest.eventtypes.schema.DataSchema;
import io.kurier.ingest.eventtypes.schema.SchemaRefusedException;
import io.kurier.ingest.http.Problem;
import io.kurier.runtime.control.ControlTable;
import io.kurier.schemas.EventTypeRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks published events against the registered types and their schemas, as the control table shows them. For a type
 * without a schema, or a tenant without types, a check costs one look-up. Any thread.
 */
public final class EventTypes {
    private static final Logger log = LoggerFactory.getLogger(EventTypes.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    /** The most parts of a schema times bytes of data that are checked on an event loop. */
    private static final long MAX_WORK_ON_LOOP = 4_000_000;

    private static final int MAX_NAMED = 10;
    private static final int MAX_LISTED = 300;

    private final Predicate<String> strict;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    /** @param strict whether events of unregistered types are refused, by the id of the tenant */
    public EventTypes(ControlTable<EventTypeRecord> table, Predicate<String> strict) {
        this(strict);
        table.listen(this::changed);
    }

    /** Without any registered type. */
    public EventTypes(Predicate<String> strict) {
        this.strict = strict;
    }

    static String key(String tenant, String type) {
        return tenant + "/" + type;
    }

    /** The registered types of one tenant. */
    private static final class Tenant {
        final Map<String, Registered> types = new ConcurrentHashMap<>();
        /** The parts of the largest schema; {@link DataSchema#MAX_PARTS} while they are not known. */
        volatile int mostParts;

        final AtomicInteger changes = new AtomicInteger();
    }

    /** One registered type; its schema is parsed when it is first needed. */
    private static final class Registered {
        private final String type;
        private @Nullable String unread;
        private @Nullable DataSchema schema;

        Registered(EventTypeRecord record) {
            this.type = record.getType();
            this.unread = record.getJsonSchema();
        }

        synchronized @Nullable DataSchema schema() {
            String text = unread;
            if (text != null) {
                unread = null;
                try {
                    schema = DataSchema.of(MAPPER.readTree(text));
                } catch (SchemaRefusedException | JsonProcessingException e) {
                    log.error(
                            "Cannot use the schema of event type {}; its events are not checked: {}",
                            type,
                            e.toString());
                }
            }
            return schema;
        }
    }

    private void changed(String key, @Nullable EventTypeRecord record) {
        int slash = key.indexOf('/');
        String type = key.substring(slash + 1);
        Tenant tenant = tenants.computeIfAbsent(key.substring(0, Math.max(0, slash)), name -> new Tenant());
        if (record == null) {
            tenant.types.remove(type);
        } else {
            tenant.types.put(type, new Registered(record));
            if (record.getJsonSchema() != null) {
                tenant.mostParts = DataSchema.MAX_PARTS;
            }
        }
        tenant.changes.incrementAndGet();
    }

    /**
     * Whether checking a body may take too long for an event loop.
     *
     * @param bytes the size of the body
     */
    public boolean isHeavy(String tenant, int bytes) {
        Tenant known = tenants.get(tenant);
        return known != null && (long) known.mostParts * bytes > MAX_WORK_ON_LOOP;
    }

    /** Finds the parts of the tenant's largest schema. Takes milliseconds: not on an event loop. */
    public void weigh(String tenant) {
        Tenant known = tenants.get(tenant);
        if (known == null || known.mostParts < DataSchema.MAX_PARTS) {
            return;
        }
        int before = known.changes.get();
        int most = 0;
        for (Registered type : known.types.values()) {
            DataSchema schema = type.schema();
            most = Math.max(most, schema == null ? 0 : schema.parts());
        }
        if (known.changes.get() == before) {
            known.mostParts = most;
        }
    }

    /**
     * Checks one event.
     *
     * @param data normalised JSON in UTF-8
     * @return why the event is refused; null if it is not
     */
    @Nullable
    public Problem check(String tenant, String type, byte[] data) {
        Tenant known = tenants.get(tenant);
        Registered found = known == null ? null : known.types.get(type);
        if (found == null) {
            return strict.test(tenant) ? unregistered(type, known) : null;
        }
        DataSchema schema = found.schema();
        return schema == null
                ? null
                : schema.check(data)
                        .map(wrong -> Problem.field(
                                        "data" + wrong.place(),
                                        wrong.value(),
                                        wrong.expected() + " (schema of " + type + ")")
                                .as(422))
                        .orElse(null);
    }

    private static Problem unregistered(String type, @Nullable Tenant known) {
        List<String> names = known == null ? List.of() : List.copyOf(known.types.keySet());
        String expected = names.isEmpty()
                ? "expected a registered type, but none is registered; register it with PUT /api/v1/event-types/{type}"
                : "expected a registered type: " + listed(type, names);
        return Problem.field("type", type, expected).as(422);
    }

    /** The names that are most like the given type come first. */
    private static String listed(String type, List<String> names) {
        StringBuilder list = new StringBuilder();
        int named = 0;
        for (String name : names.stream()
                .sorted(Comparator.<String>comparingInt(name -> -alike(type, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_NAMED)
                .toList()) {
            if (list.length() + name.length() > MAX_LISTED) {
                break;
            }
            list.append(named++ == 0 ? "" : ", ").append(name);
        }
        return names.size() > named ? list + " and " + (names.size() - named) + " more" : list.toString();
    }

    private static int alike(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        int begin = 0;
        while (begin < shorter && a.charAt(begin) == b.charAt(begin)) {
            begin++;
        }
        int end = 0;
        while (end < shorter - begin && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        return begin + end;
    }
}
