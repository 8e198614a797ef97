package io.kurier.ingest.eventtypes.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A JSON Schema that data can be checked against. {@code format} is not checked. Immutable; any thread. */
public final class DataSchema {
    /** The largest schema, in bytes of its UTF-8 text. */
    public static final int MAX_BYTES = 64 * 1024;
    /** The most parts of a schema, counting each reference as often as it is followed. */
    public static final int MAX_PARTS = SchemaRules.MAX_PARTS;
    /** The most parts times bytes of data; above it, one event could occupy a thread for seconds. */
    private static final long MAX_WORK = 500_000_000;

    private static final int MAX_TOLD = 300;
    private static final String DEFAULT_DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** The API has bounded the data before. No table of names is shared between requests, since callers choose the names. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialects(
            Stream.of(
                            Dialects.getDraft202012(), // the default
                            Dialects.getDraft201909(),
                            Dialects.getDraft7(),
                            Dialects.getDraft6())
                    .map(dialect ->
                            Dialect.builder(dialect).keyword(new UniqueItems()).build())
                    .toList(),
            builder -> builder.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .failFast(true)
                            .formatAssertionsEnabled(false)
                            .locale(Locale.ROOT)
                            .pathType(PathType.JSON_POINTER)
                            .regularExpressionFactory(new LinearPatterns())
                            .build()));

    /**
     * The first way in which data does not match the schema.
     *
     * @param place a JSON pointer into the data; empty for the whole
     * @param value the value there; null if it is missing, an object or an array
     * @param expected what the schema requires there
     */
    public record Finding(String place, @Nullable String value, String expected) {}

    private final Schema schema;
    private final int parts;

    private DataSchema(Schema schema, int parts) {
        this.schema = schema;
        this.parts = parts;
    }

    /**
     * Parses a JSON Schema of draft 2020-12, unless its {@code $schema} names draft 2019-09, 07 or 06.
     *
     * @throws SchemaRefusedException if it is not a JSON Schema, refers to something outside itself, or exceeds a bound
     */
    public static DataSchema of(JsonNode json) throws SchemaRefusedException {
        int length = json.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_BYTES) {
            throw new SchemaRefusedException("", length + " bytes", "expected at most " + MAX_BYTES + " bytes");
        }
        int parts = SchemaRules.check(json);
        try {
            checkForm(json);
            Schema schema = REGISTRY.getSchema(json);
            schema.initializeValidators();
            return new DataSchema(schema, parts);
        } catch (SchemaException | StackOverflowError e) {
            throw new SchemaRefusedException(
                    "", null, "expected a JSON Schema: " + told(String.valueOf(e.getMessage())));
        }
    }

    /** Checks the schema against the meta-schema of its draft, which comes with the library. */
    private static void checkForm(JsonNode json) throws SchemaRefusedException {
        String dialect = json.path("$schema").asText(DEFAULT_DIALECT);
        List<Error> errors = REGISTRY.getSchema(SchemaLocation.of(dialect)).validate(json);
        if (!errors.isEmpty()) {
            Finding first = finding(errors.get(0));
            throw new SchemaRefusedException(first.place(), first.value(), first.expected());
        }
    }

    /** How much work checking by this schema is; at most {@link #MAX_PARTS}. */
    public int parts() {
        return parts;
    }

    /**
     * Checks data against the schema.
     *
     * @param data JSON in UTF-8
     * @return the first mismatch; empty if the data matches
     */
    public Optional<Finding> check(byte[] data) {
        if ((long) parts * data.length > MAX_WORK) {
            return Optional.of(new Finding(
                    "",
                    data.length + " bytes",
                    "expected at most " + MAX_WORK / parts + " bytes of data, since the schema has " + parts
                            + " parts"));
        }
        try {
            List<Error> errors = schema.validate(MAPPER.readTree(data));
            return errors.isEmpty() ? Optional.empty() : Optional.of(finding(errors.get(0)));
        } catch (JsonProcessingException e) {
            return Optional.of(
                    new Finding("", null, "expected JSON that can be checked: " + told(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        } catch (SchemaException | ArithmeticException | NumberFormatException | StackOverflowError e) {
            // for example multipleOf with a number that a double cannot hold
            return Optional.of(new Finding("", null, "expected data that can be checked by the schema of its type"));
        }
    }

    private static Finding finding(Error error) {
        String place = error.getInstanceLocation().toString();
        String property = error.getProperty();
        if (property != null) {
            place += "/" + property.replace("~", "~0").replace("/", "~1");
        }
        JsonNode found = property == null ? error.getInstanceNode() : null;
        String value = found != null && found.isValueNode() ? found.asText() : null;
        return new Finding(told(place), value, told(error.getMessage()));
    }

    private static String told(String text) {
        return text.length() > MAX_TOLD ? text.substring(0, MAX_TOLD) + "…" : text;
    }
}
