package io.kurier.ingest.webhooks.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads a YAML file whose only key, {@code webhooks}, holds a list of objects, and keeps the line of each field. Messages
 * do not repeat values, which may be secret. One instance per file.
 */
public final class YamlEntries {
    /** The largest file, in bytes. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final String KEY = "webhooks";
    private static final int MAX_DEPTH = 20;
    private static final int MAX_ENTRIES = 10_000;

    private static final YAMLFactory YAML = YAMLFactory.builder()
            .loaderOptions(options())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * One object of the list.
     *
     * @param line where it begins, counted from 1
     * @param lines of its fields, by paths such as {@code retry.schedule[1]}
     */
    record Entry(ObjectNode fields, int line, Map<String, Integer> lines) {
        /** The line of the field, or of the closest object around it. */
        int lineOf(String field) {
            String path = field;
            while (!lines.containsKey(path) && path.lastIndexOf('.') > 0) {
                path = path.substring(0, path.lastIndexOf('.'));
            }
            return lines.getOrDefault(path, line);
        }
    }

    /** The file is invalid. The message begins with the line. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(int line, String message) {
            super("line " + line + ": " + message);
        }
    }

    private final YAMLParser parser;
    private Map<String, Integer> lines = new HashMap<>();

    private YamlEntries(YAMLParser parser) {
        this.parser = parser;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        return options;
    }

    static List<Entry> read(String yaml) throws RefusedException {
        try (YAMLParser parser = YAML.createParser(yaml)) {
            return new YamlEntries(parser).entries();
        } catch (JsonProcessingException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /** Omits the full message of the YAML parser, which quotes the line with its values. */
    private static RefusedException refused(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked) {
            Mark mark = marked.getProblemMark();
            return new RefusedException(
                    mark == null ? 1 : mark.getLine() + 1, "expected valid YAML: " + marked.getProblem());
        }
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        boolean isOfYamlParser = e.getCause() != null;
        return new RefusedException(
                line, isOfYamlParser ? "expected valid YAML" : "expected valid YAML: " + e.getOriginalMessage());
    }

    private List<Entry> entries() throws IOException, RefusedException {
        require(parser.nextToken() == JsonToken.START_OBJECT, "expected the key " + KEY + ": with a list");
        require(
                parser.nextToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals(KEY),
                "expected the key " + KEY + ": with a list");
        require(
                parser.nextToken() == JsonToken.START_ARRAY,
                "expected a list after " + KEY + ":, or [] for no webhooks");
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(entries.size() < MAX_ENTRIES, "expected at most " + MAX_ENTRIES + " webhooks");
            require(
                    parser.currentToken() == JsonToken.START_OBJECT,
                    "expected a webhook, an object with name: and url:");
            int line = line();
            lines = new HashMap<>();
            entries.add(new Entry(object(""), line, lines));
        }
        require(parser.nextToken() == JsonToken.END_OBJECT, "expected no other key than " + KEY);
        require(parser.nextToken() == null, "expected a single YAML document");
        return entries;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private void require(boolean holds, String expected) throws RefusedException {
        if (!holds) {
            throw new RefusedException(Math.max(1, line()), expected);
        }
    }

    private ObjectNode object(String prefix) throws IOException, RefusedException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            lines.put(prefix + name, line());
            parser.nextToken();
            object.set(name, value(prefix + name));
        }
        return object;
    }

    private ArrayNode array(String path) throws IOException, RefusedException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String itemPath = path + "[" + array.size() + "]";
            lines.put(itemPath, line());
            array.add(value(itemPath));
        }
        return array;
    }

    private JsonNode value(String path) throws IOException, RefusedException {
        require(!parser.isCurrentAlias(), "expected no alias (*name); write out the value");
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path + ".");
            case START_ARRAY -> array(path);
            case VALUE_NUMBER_INT -> nodes.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NULL -> nodes.nullNode();
            default -> nodes.textNode(parser.getText());
        };
    }
}
