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

/** One schema, ready to check data by. Formats are hints, not checked. Immutable, any thread. */
public final class DataSchema {
    /** Of the text of a schema. */
    public static final int MAX_BYTES = 64 * 1024;
    /** Of a schema, with each reference counted as often as it is followed. */
    public static final int MAX_PARTS = SchemaRules.MAX_PARTS;
    /** Parts times bytes: beyond, one event could keep a thread for seconds. */
    private static final long MAX_WORK = 500_000_000;

    private static final int MAX_TOLD = 300;
    private static final String DEFAULT_DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** What the door let through has bounds of its own. No table of names is shared, since callers choose them. */
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
     * What is wrong with data.
     *
     * @param place a JSON pointer into it; empty for all of it
     * @param value what stands there; null when it is nothing short, or nothing at all
     */
    public record Finding(String place, @Nullable String value, String expected) {}

    private final Schema schema;
    private final int parts;

    private DataSchema(Schema schema, int parts) {
        this.schema = schema;
        this.parts = parts;
    }

    /**
     * Makes one of a JSON Schema: draft 2020-12 unless its {@code $schema} names 2019-09, 07 or 06.
     *
     * @throws SchemaRefusedException when it is none, or could fetch something, or cost more than the bounds
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

    /** By the schema of schemas, which comes with the library. */
    private static void checkForm(JsonNode json) throws SchemaRefusedException {
        String dialect = json.path("$schema").asText(DEFAULT_DIALECT);
        List<Error> errors = REGISTRY.getSchema(SchemaLocation.of(dialect)).validate(json);
        if (!errors.isEmpty()) {
            Finding first = finding(errors.get(0));
            throw new SchemaRefusedException(first.place(), first.value(), first.expected());
        }
    }

    /** How much there is to check. */
    public int parts() {
        return parts;
    }

    /** The first thing wrong with the data, which is JSON; empty when nothing is. */
    public Optional<Finding> check(byte[] data) {
        if ((long) parts * data.length > MAX_WORK) {
            return Optional.of(new Finding(
                    "",
                    data.length + " bytes",
                    "expected at most " + MAX_WORK / parts + " bytes of data for a schema of this size"));
        }
        try {
            List<Error> errors = schema.validate(MAPPER.readTree(data));
            return errors.isEmpty() ? Optional.empty() : Optional.of(finding(errors.get(0)));
        } catch (JsonProcessingException e) {
            return Optional.of(new Finding("", null, "expected what can be checked: " + told(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        } catch (SchemaException | ArithmeticException | NumberFormatException | StackOverflowError e) {
            // such as a multiple of something asked of a number beyond a double
            return Optional.of(new Finding("", null, "expected what can be checked by the schema of its type"));
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
