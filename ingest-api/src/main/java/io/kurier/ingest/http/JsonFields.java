package io.kurier.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.Durations;
import io.kurier.model.retry.StatusRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON object, each with an error that names it. One request's. */
public final class JsonFields {
    private final ObjectNode object;
    private final String prefix;

    private JsonFields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** @throws Problem.RefusedException when the object has a field that is not among these */
    public static JsonFields of(ObjectNode object, String prefix, Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw Problem.field(
                                prefix + name,
                                null,
                                "is no field here; expected "
                                        + (known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))))
                        .refused();
            }
        });
        return new JsonFields(object, prefix);
    }

    @Nullable
    public String text(String name) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.field(prefix + name, node.toString(), "expected a text")
                    .refused();
        }
        return node.textValue();
    }

    /** What the parser makes of the text; null when there is none. Its complaint becomes the field's. */
    public <T> @Nullable T parsed(String name, Function<String, T> parser) {
        String text = text(name);
        return text == null ? null : parse(prefix + name, text, parser);
    }

    public static <T> T parse(String field, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            // the problem shows the text itself, shortened
            String message = String.valueOf(e.getMessage());
            throw Problem.field(field, text, message.substring(Math.max(0, message.lastIndexOf("expected "))))
                    .refused();
        }
    }

    /** The same for a value that may be secret: whatever is wrong with it, it is not repeated. Nor may the parser do so. */
    public <T> @Nullable T hidden(String name, Function<String, T> parser) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.field(prefix + name, null, "expected a text").refused();
        }
        try {
            return parser.apply(node.textValue());
        } catch (IllegalArgumentException e) {
            throw Problem.field(prefix + name, null, String.valueOf(e.getMessage()))
                    .refused();
        }
    }

    @Nullable
    public Duration duration(String name, Duration shortest, Duration longest) {
        Duration duration = parsed(name, Durations::parse);
        if (duration != null && (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0)) {
            throw Problem.field(
                            prefix + name,
                            text(name),
                            "expected " + Durations.format(shortest) + " to " + Durations.format(longest))
                    .refused();
        }
        return duration;
    }

    @Nullable
    public Double number(String name, double least, double most) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || node.doubleValue() < least || node.doubleValue() > most) {
            throw Problem.field(prefix + name, node.toString(), "expected a number from " + least + " to " + most)
                    .refused();
        }
        return node.doubleValue();
    }

    @Nullable
    public Integer whole(String name, int least, int most) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        boolean isWhole = node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToInt();
        if (!isWhole || node.intValue() < least || node.intValue() > most) {
            throw wrong(name, "expected a whole number from " + least + " to " + most)
                    .refused();
        }
        return node.intValue();
    }

    /** Statuses as numbers or texts; null when the field is not there. */
    @Nullable
    public List<String> statuses(String name) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isArray() || node.size() > StatusRules.MAX_STATUSES) {
            throw wrong(
                            name,
                            "expected an array of at most " + StatusRules.MAX_STATUSES + " statuses such as 429 or 5xx")
                    .refused();
        }
        List<String> statuses = new ArrayList<>();
        for (JsonNode item : node) {
            statuses.add(parse(prefix + name + "[" + statuses.size() + "]", item.asText(), StatusRules::check));
        }
        return statuses;
    }

    /** Whether the field is there, if only as null. */
    public boolean isGiven(String name) {
        return object.has(name);
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** The whole path of a field. */
    public String place(String name) {
        return prefix + name;
    }

    public Problem wrong(String name, String expected) {
        JsonNode node = object.get(name);
        return Problem.field(prefix + name, node == null ? null : node.toString(), expected);
    }

    /** The same where a text was expected and is there. */
    public Problem wrongText(String name, String expected) {
        return Problem.field(prefix + name, text(name), expected);
    }

    public boolean flag(String name) {
        return flagOr(name, false);
    }

    public boolean flagOr(String name, boolean otherwise) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw Problem.field(prefix + name, node.toString(), "expected true or false")
                    .refused();
        }
        return node.booleanValue();
    }

    /** The names of all fields, as they were given. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Null when the field is not there. */
    @Nullable
    public List<String> texts(String name, int most) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isArray() || node.size() > most) {
            throw Problem.field(
                            prefix + name,
                            node.isArray() ? node.size() + " values" : node.toString(),
                            "expected an array of at most " + most + " texts")
                    .refused();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw Problem.field(prefix + name + "[" + texts.size() + "]", item.toString(), "expected a text")
                        .refused();
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    @Nullable
    public JsonFields object(String name, Set<String> known) {
        return inner(name, JsonNode::toString, known);
    }

    /** The same for one that holds secrets: what stands in its place is not repeated. */
    @Nullable
    public JsonFields hiddenObject(String name, Set<String> known) {
        return inner(name, node -> null, known);
    }

    private @Nullable JsonFields inner(String name, Function<JsonNode, @Nullable String> shown, Set<String> known) {
        JsonFields found = map(name, shown);
        return found == null ? null : of(found.object, found.prefix, known);
    }

    /** An object whose names are the caller's; null when the field is not there. */
    @Nullable
    public JsonFields map(String name) {
        return map(name, JsonNode::toString);
    }

    /** The same for one that holds secrets. */
    @Nullable
    public JsonFields hiddenMap(String name) {
        return map(name, node -> null);
    }

    private @Nullable JsonFields map(String name, Function<JsonNode, @Nullable String> shown) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!(node instanceof ObjectNode inner)) {
            throw Problem.field(prefix + name, shown.apply(node), "expected an object")
                    .refused();
        }
        return new JsonFields(inner, prefix + name + ".");
    }
}
