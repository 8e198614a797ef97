package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object. Each method refuses a value of another type with a problem that names the field by its
 * path. Fields that are missing or null are read as null. One request's.
 */
public final class JsonFields {
    private final ObjectNode object;
    private final String prefix;

    private JsonFields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /**
     * @param prefix of the fields' paths: empty for the whole body, or such as {@code retry.}
     * @param known names of the fields that the object may have
     * @throws Problem.RefusedException if the object has another field
     */
    public static JsonFields of(ObjectNode object, String prefix, Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw Problem.unknown("field", prefix + name, null, known).refused();
            }
        });
        return new JsonFields(object, prefix);
    }

    @Nullable
    public String string(String name) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrongType(name, "expected a string").refused();
        }
        return node.textValue();
    }

    /**
     * Reads a string and parses it.
     *
     * @param parser throws {@link IllegalArgumentException} with a message that contains {@code expected …}
     */
    public <T> @Nullable T parsed(String name, Function<String, T> parser) {
        String text = string(name);
        return text == null ? null : parse(path(name), text, parser);
    }

    /**
     * Parses a string of the request; what the parser expected becomes a problem of the field.
     *
     * @param path of the field
     * @param parser throws {@link IllegalArgumentException} with a message that contains {@code expected …}
     */
    public static <T> T parse(String path, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            // the problem shows the value itself, shortened
            String message = String.valueOf(e.getMessage());
            throw Problem.field(path, text, message.substring(Math.max(0, message.lastIndexOf("expected "))))
                    .refused();
        }
    }

    /**
     * Reads and parses a string that may be secret: no problem repeats it.
     *
     * @param parser throws {@link IllegalArgumentException} with a message that does not repeat the string
     */
    public <T> @Nullable T secret(String name, Function<String, T> parser) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.field(path(name), null, "expected a string").refused();
        }
        try {
            return parser.apply(node.textValue());
        } catch (IllegalArgumentException e) {
            throw Problem.field(path(name), null, String.valueOf(e.getMessage()))
                    .refused();
        }
    }

    /** Reads a duration such as {@code 10s}; both bounds are allowed. */
    @Nullable
    public Duration duration(String name, Duration min, Duration max) {
        Duration duration = parsed(name, Durations::parse);
        if (duration != null && (duration.compareTo(min) < 0 || duration.compareTo(max) > 0)) {
            throw problem(name, "expected " + Durations.format(min) + " to " + Durations.format(max))
                    .refused();
        }
        return duration;
    }

    /** Reads a number; both bounds are allowed. */
    @Nullable
    public Double number(String name, double min, double max) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isNumber() || node.doubleValue() < min || node.doubleValue() > max) {
            throw wrongType(name, "expected a number from " + min + " to " + max)
                    .refused();
        }
        return node.doubleValue();
    }

    /** Reads a whole number; both bounds are allowed. */
    @Nullable
    public Integer integer(String name, int min, int max) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        boolean isInteger = node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToInt();
        if (!isInteger || node.intValue() < min || node.intValue() > max) {
            throw wrongType(name, "expected a whole number from " + min + " to " + max)
                    .refused();
        }
        return node.intValue();
    }

    /** False if the field is missing. */
    public boolean flag(String name) {
        return flag(name, false);
    }

    public boolean flag(String name, boolean defaultValue) {
        JsonNode node = find(name);
        if (node == null) {
            return defaultValue;
        }
        if (!node.isBoolean()) {
            throw wrongType(name, "expected true or false").refused();
        }
        return node.booleanValue();
    }

    @Nullable
    public List<String> strings(String name, int maxItems) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isArray() || node.size() > maxItems) {
            throw Problem.field(
                            path(name),
                            node.isArray() ? node.size() + " values" : node.toString(),
                            "expected an array of at most " + maxItems + " strings")
                    .refused();
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw Problem.field(path(name) + "[" + strings.size() + "]", item.toString(), "expected a string")
                        .refused();
            }
            strings.add(item.textValue());
        }
        return strings;
    }

    /**
     * Reads an array whose items are strings or numbers, and parses each as a string.
     *
     * @param items for the message, such as {@code statuses such as 429 or 5xx}
     * @param parser throws {@link IllegalArgumentException} with a message that contains {@code expected …}
     */
    @Nullable
    public List<String> scalars(String name, int maxItems, String items, Function<String, String> parser) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isArray() || node.size() > maxItems) {
            throw wrongType(name, "expected an array of at most " + maxItems + " " + items)
                    .refused();
        }
        List<String> scalars = new ArrayList<>();
        for (JsonNode item : node) {
            scalars.add(parse(path(name) + "[" + scalars.size() + "]", item.asText(), parser));
        }
        return scalars;
    }

    /** Reads an object with these fields and no others. */
    @Nullable
    public JsonFields object(String name, Set<String> known) {
        return known(map(name), known);
    }

    /** Reads an object that holds secrets: no problem repeats a value that was sent in its place. */
    @Nullable
    public JsonFields secretObject(String name, Set<String> known) {
        return known(secretMap(name), known);
    }

    private static @Nullable JsonFields known(@Nullable JsonFields fields, Set<String> known) {
        return fields == null ? null : of(fields.object, fields.prefix, known);
    }

    /** Reads an object whose field names the caller chooses. */
    @Nullable
    public JsonFields map(String name) {
        return map(name, JsonNode::toString);
    }

    /** Reads an object whose field names the caller chooses and whose values are secret. */
    @Nullable
    public JsonFields secretMap(String name) {
        return map(name, node -> null);
    }

    private @Nullable JsonFields map(String name, Function<JsonNode, @Nullable String> shown) {
        JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!(node instanceof ObjectNode inner)) {
            throw Problem.field(path(name), shown.apply(node), "expected an object")
                    .refused();
        }
        return new JsonFields(inner, path(name) + ".");
    }

    /** Whether the field is there, even if it is null. */
    public boolean isGiven(String name) {
        return object.has(name);
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** The names of all fields, in the order of the request. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The path of a field from the body's root, such as {@code retry.schedule}. */
    public String path(String name) {
        return prefix + name;
    }

    /** A 400 about a field, with its value. Not for fields that may be secret. */
    public Problem problem(String name, String expected) {
        JsonNode node = object.get(name);
        return node != null && node.isTextual()
                ? Problem.field(path(name), node.textValue(), expected)
                : wrongType(name, expected);
    }

    /** Shows the value as JSON, so that the string {@code "1"} differs from the number 1. */
    private Problem wrongType(String name, String expected) {
        JsonNode node = object.get(name);
        return Problem.field(path(name), node == null ? null : node.toString(), expected);
    }

    private @Nullable JsonNode find(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }
}
