package io.kurier.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Client of a schema registry with Confluent's REST API v1, with the requests that serializers need. Caches schemas for
 * ever, because an id never changes its schema; caches "unknown id" for 5 s. Blocks on a miss; any thread.
 */
public final class RegistryClient {
    /** How long an unknown id is cached before the registry is asked again. */
    static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);

    private static final int MAX_KEPT = 10_000;
    private static final int MAX_REFERENCES = 100;

    private final RegistryCalls calls;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Refusal> unknown = new ConcurrentHashMap<>();
    private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
    private final Map<String, Latest> latest = new ConcurrentHashMap<>();

    /** A schema and the subject that it is registered under. Schemas cache their hash codes, so look-ups are fast. */
    private record Subject(String name, Schema schema) {}

    private record Refusal(String why, long untilNanos) {}

    private record Latest(Registered found, long readNanos) {}

    /** A version of a subject. */
    public record Registered(int id, Schema schema) {}

    public RegistryClient(RegistrySettings settings) {
        this.calls = new RegistryCalls(settings);
    }

    /** The cached schema; null if it is not cached. Sends no request. */
    public @Nullable Schema known(int id) {
        return schemas.get(id);
    }

    /**
     * The schema with this id.
     *
     * @throws RegistryRefusedException if the registry does not have the id, or its schema is not an Avro schema
     */
    public Schema byId(int id) throws RegistryUnavailableException, RegistryRefusedException {
        Schema schema = schemas.get(id);
        if (schema != null) {
            return schema;
        }
        Refusal refusal = unknown.get(id);
        if (refusal != null && refusal.untilNanos() - System.nanoTime() > 0) {
            throw new RegistryRefusedException(refusal.why(), null);
        }
        try {
            return keep(schemas, id, fetch(id));
        } catch (RegistryRefusedException e) {
            keep(unknown, id, new Refusal(e.getMessage(), System.nanoTime() + UNKNOWN_FOR.toNanos()));
            throw e;
        }
    }

    private Schema fetch(int id) throws RegistryUnavailableException, RegistryRefusedException {
        RegistryCalls.Answer answer = calls.call("schemas/ids/" + id, null);
        if (answer.isAbsent()) {
            throw new RegistryRefusedException("the schema registry knows no schema of id " + id, null);
        }
        return parse("schema " + id, ok(answer, "schema " + id).json());
    }

    /** The id of the schema, which becomes the subject's newest version unless it is one already. */
    public int register(String subject, Schema schema) throws RegistryUnavailableException, RegistryRefusedException {
        return id("subjects/" + RegistryCalls.part(subject) + "/versions", subject, schema);
    }

    /** The id of a schema that is registered under the subject. */
    public int lookup(String subject, Schema schema) throws RegistryUnavailableException, RegistryRefusedException {
        return id("subjects/" + RegistryCalls.part(subject), subject, schema);
    }

    private int id(String path, String subject, Schema schema)
            throws RegistryUnavailableException, RegistryRefusedException {
        Subject key = new Subject(subject, schema);
        Integer known = ids.get(key);
        if (known != null) {
            return known;
        }
        ObjectNode body = RegistryCalls.object().put("schema", schema.toString());
        int id = number(answered(path, body, subject).json(), subject);
        keep(schemas, id, schema);
        return keep(ids, key, id);
    }

    /**
     * The newest version of the subject.
     *
     * @param keptFor how old an answer may be; negative: any
     */
    public Registered latest(String subject, Duration keptFor)
            throws RegistryUnavailableException, RegistryRefusedException {
        Latest known = latest.get(subject);
        if (known != null && (keptFor.isNegative() || System.nanoTime() - known.readNanos() < keptFor.toNanos())) {
            return known.found();
        }
        String path = "subjects/" + RegistryCalls.part(subject) + "/versions/latest";
        JsonNode json = answered(path, null, subject).json();
        Registered found = new Registered(number(json, subject), parse("subject " + subject, json));
        return keep(latest, subject, new Latest(found, System.nanoTime())).found();
    }

    private RegistryCalls.Answer answered(String path, @Nullable ObjectNode body, String subject)
            throws RegistryUnavailableException, RegistryRefusedException {
        return ok(calls.call(path, body), "subject " + subject);
    }

    private static RegistryCalls.Answer ok(RegistryCalls.Answer answer, String what)
            throws RegistryUnavailableException, RegistryRefusedException {
        if (answer.isOk()) {
            return answer;
        }
        String why = what + ": the schema registry answers " + answer.told();
        if (answer.status() == 404 && !answer.isAbsent()) {
            throw new RegistryUnavailableException(why + "; its URL may be wrong", null);
        }
        throw new RegistryRefusedException(why, null);
    }

    private static int number(JsonNode json, String subject) throws RegistryUnavailableException {
        if (!json.path("id").canConvertToInt()) {
            throw new RegistryUnavailableException(
                    "subject " + subject + ": the answer of the registry has no id", null);
        }
        return json.path("id").intValue();
    }

    private Schema parse(String what, JsonNode json) throws RegistryUnavailableException, RegistryRefusedException {
        String type = json.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new RegistryRefusedException(what + " is " + type + ", expected AVRO", null);
        }
        try {
            // One parser for each schema, because a parser refuses to define a name twice. Readers do not use the
            // writer's defaults, so their types are not checked.
            Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
            parseReferences(json, parser, new HashSet<>());
            return parser.parse(json.path("schema").asText());
        } catch (RuntimeException | StackOverflowError e) {
            // Avro throws various runtime exceptions for an invalid schema.
            throw new RegistryRefusedException(what + " is no Avro schema: " + e, e);
        }
    }

    /** Parses the schemas of other subjects that a schema refers to, before the schema itself. */
    private void parseReferences(JsonNode json, Schema.Parser parser, Set<String> seen)
            throws RegistryUnavailableException, RegistryRefusedException {
        for (JsonNode reference : json.path("references")) {
            String subject = reference.path("subject").asText();
            String path = "subjects/" + RegistryCalls.part(subject) + "/versions/"
                    + reference.path("version").asInt();
            if (seen.size() < MAX_REFERENCES && seen.add(path)) {
                JsonNode found = answered(path, null, subject).json();
                parseReferences(found, parser, seen);
                parser.parse(found.path("schema").asText());
            }
        }
    }

    /** Caches an entry; a full cache is cleared first. */
    private static <K, V> V keep(Map<K, V> map, K key, V value) {
        if (map.size() >= MAX_KEPT) {
            map.clear();
        }
        map.put(key, value);
        return value;
    }
}
