package io.kurier.ingest.eventtypes.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a schema before the library sees it: it must not refer to anything outside itself, must not recurse, and its parts
 * are bounded, counting each reference as often as it is followed. Used once, for one schema, by one thread.
 */
final class SchemaRules {
    private static final int MAX_DEPTH = 64;
    /** The most subschemas, values and instructions of compiled patterns together. */
    static final int MAX_PARTS = 5_000;

    private static final Set<String> DIALECTS = Set.of(
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2019-09/schema",
            "http://json-schema.org/draft-07/schema",
            "http://json-schema.org/draft-06/schema");
    private static final Set<String> LATE_BOUND =
            Set.of("$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary");

    private final JsonNode root;
    private final Map<String, Integer> parts = new HashMap<>();
    private final Set<String> followed = new HashSet<>();

    private SchemaRules(JsonNode root) {
        this.root = root;
    }

    /**
     * The number of parts, which bounds the work of checking by the schema.
     *
     * @throws SchemaRefusedException if the schema breaks a rule
     */
    static int check(JsonNode schema) throws SchemaRefusedException {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new SchemaRefusedException("", schema.toString(), "expected a JSON Schema: an object, true or false");
        }
        return new SchemaRules(schema).parts(schema, "", 0);
    }

    private int parts(JsonNode node, String place, int depth) throws SchemaRefusedException {
        if (depth > MAX_DEPTH) {
            throw new SchemaRefusedException(place, null, "expected at most " + MAX_DEPTH + " levels of nesting");
        }
        int sum = 1;
        int index = 0;
        for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
            sum = plus(sum, parts(item, place + "/" + index++, depth + 1));
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey();
            String inside = place + "/" + name.replace("~", "~0").replace("/", "~1");
            sum = plus(sum, keyword(name, member.getValue(), inside, depth));
            sum = plus(sum, parts(member.getValue(), inside, depth + 1));
            if (name.equals("patternProperties")) {
                sum = plus(sum, patterns(member.getValue(), inside));
            }
        }
        return sum;
    }

    private static int plus(int sum, int more) throws SchemaRefusedException {
        if (sum + more > MAX_PARTS) {
            throw new SchemaRefusedException(
                    "",
                    null,
                    "expected at most " + MAX_PARTS + " parts, with each $ref counted as often as it is followed");
        }
        return sum + more;
    }

    /**
     * The parts that the member adds, besides its values. A property may have the name of a keyword; its value is not a
     * string then.
     */
    private int keyword(String name, JsonNode value, String place, int depth) throws SchemaRefusedException {
        if (LATE_BOUND.contains(name) && !value.isObject()) {
            throw new SchemaRefusedException(
                    place, value.toString(), "is not supported; expected $ref instead of " + name);
        }
        if (!value.isTextual()) {
            return 0;
        }
        String text = value.textValue();
        return switch (name) {
            case "$ref" -> reference(text, place, depth);
            case "pattern" -> pattern(text, place);
            case "$id", "$schema" -> {
                checkIdentity(name, text, place);
                yield 0;
            }
            default -> 0;
        };
    }

    private static void checkIdentity(String name, String text, String place) throws SchemaRefusedException {
        if (!place.equals("/" + name)) {
            throw new SchemaRefusedException(place, text, "expected " + name + " at the top of the schema only");
        }
        String dialect = text.endsWith("#") ? text.substring(0, text.length() - 1) : text;
        if (name.equals("$schema") && !DIALECTS.contains(dialect)) {
            throw new SchemaRefusedException(
                    place,
                    text,
                    "expected https://json-schema.org/draft/2020-12/schema, 2019-09, draft-07 or draft-06");
        }
    }

    private int reference(String text, String place, int depth) throws SchemaRefusedException {
        JsonNode target = text.startsWith("#/") && text.indexOf('%') < 0
                ? root.at(JsonPointer.compile(text.substring(1)))
                : root.at("/nothing is there");
        if (target.isMissingNode()) {
            throw new SchemaRefusedException(
                    place,
                    text,
                    "expected a reference into this schema, such as #/$defs/name; other schemas are never fetched");
        }
        Integer known = parts.get(text);
        if (known != null) {
            return known;
        }
        if (!followed.add(text)) {
            throw new SchemaRefusedException(place, text, "leads back to itself; expected a schema without recursion");
        }
        int found = parts(target, text.substring(1), depth + 1);
        followed.remove(text);
        parts.put(text, found);
        return found;
    }

    private static int patterns(JsonNode byPattern, String place) throws SchemaRefusedException {
        int sum = 0;
        for (Map.Entry<String, JsonNode> member : byPattern.properties()) {
            sum = plus(sum, pattern(member.getKey(), place));
        }
        return sum;
    }

    private static int pattern(String text, String place) throws SchemaRefusedException {
        try {
            return LinearPatterns.compile(text).programSize();
        } catch (PatternSyntaxException e) {
            throw new SchemaRefusedException(
                    place,
                    text,
                    "expected a regular expression without look-around and back references: " + e.getDescription());
        }
    }
}
