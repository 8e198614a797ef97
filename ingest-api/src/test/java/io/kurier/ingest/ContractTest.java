package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for the contract itself, without a server. */
class ContractTest {
    private static final Contract CONTRACT = Contract.get();

    @Test
    void everyReferenceResolves() {
        assertThat(CONTRACT.root().findValuesAsText("$ref"))
                .hasSizeGreaterThan(100)
                .allSatisfy(
                        ref -> assertThat(CONTRACT.root().at(ref.substring(1)).isMissingNode())
                                .as(ref)
                                .isFalse());
    }

    @Test
    void everyOperationHasAUniqueIdATagAndASummary() {
        List<String> tags = CONTRACT.root().path("tags").findValuesAsText("name");
        assertThat(CONTRACT.operations().stream()
                        .map(operation -> operation.json().path("operationId").asText()))
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).isNotBlank());
        assertThat(CONTRACT.operations()).allSatisfy(operation -> {
            assertThat(operation.json().path("summary").asText()).isNotBlank();
            assertThat(tags).contains(operation.json().path("tags").path(0).asText("none"));
        });
    }

    @Test
    void pathParametersAreThoseOfThePath() {
        assertThat(CONTRACT.operations()).allSatisfy(operation -> {
            List<String> named = operation.parameters().stream()
                    .filter(parameter -> parameter.path("in").asText().equals("path"))
                    .map(parameter -> "{" + parameter.path("name").asText() + "}")
                    .toList();
            assertThat(Stream.of(operation.path().split("/")).filter(part -> part.startsWith("{")))
                    .as(operation.name())
                    .containsExactlyElementsOf(named);
        });
    }

    @Test
    void everyExampleFitsItsSchema() {
        List<JsonNode> shown = Stream.of("schema")
                .flatMap(name -> CONTRACT.root().findParents(name).stream())
                .filter(media -> media.has("example") || media.has("examples"))
                .toList();
        assertThat(shown).hasSizeGreaterThan(10).allSatisfy(media -> {
            JsonNode schema = media.path("schema");
            if (media.has("example")) {
                assertThat(CONTRACT.violations(schema, media.path("example"))).isEmpty();
            }
            media.path("examples").forEach(example -> assertThat(CONTRACT.violations(schema, example.path("value")))
                    .as(example.toString())
                    .isEmpty());
        });
    }

    /** Otherwise a response could have a field that the contract does not describe. */
    @Test
    void everyObjectForbidsOtherFields() {
        CONTRACT.root().path("components").path("schemas").properties().forEach(schema -> {
            // a CloudEvent may have extension attributes; schemas named …Fields are closed where they are used
            if (!schema.getKey().equals("CloudEvent")) {
                closed(schema.getKey(), schema.getValue(), schema.getKey().endsWith("Fields"));
            }
        });
    }

    private static void closed(String place, JsonNode schema, boolean isPart) {
        if (schema.has("properties") && !isPart) {
            assertThat(schema.has("additionalProperties") || schema.has("unevaluatedProperties"))
                    .as(place)
                    .isTrue();
        }
        schema.path("properties")
                .properties()
                .forEach(property -> closed(place + "." + property.getKey(), property.getValue(), false));
        if (schema.has("items")) {
            closed(place + "[]", schema.path("items"), false);
        }
        schema.path("anyOf").forEach(choice -> closed(place, choice, false));
    }
}
