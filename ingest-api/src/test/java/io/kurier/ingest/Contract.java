package io.kurier.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import io.kurier.ingest.http.ContractRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the contract, {@code openapi.yaml}: its operations, and whether JSON fits one of its schemas. Any thread. */
final class Contract {
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");
    private static final Contract INSTANCE = read();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaLoader(
                            loader -> loader.fetchRemoteResources(false))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .locale(Locale.ROOT)
                            .pathType(PathType.JSON_POINTER)
                            .build()));

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

    /** One method of one path. {@code parameters} are those of the method and of the path, with references resolved. */
    record Operation(String method, String path, JsonNode json, List<JsonNode> parameters) {
        String name() {
            return method + " " + path;
        }

        /** The number of path parameters if the path matches, or -1. */
        private int variables(String asked) {
            String[] wanted = path.split("/");
            String[] found = asked.split("/", -1);
            int variables = 0;
            for (int i = 0; i < wanted.length && wanted.length == found.length; i++) {
                if (wanted[i].startsWith("{")) {
                    variables++;
                } else if (!wanted[i].equals(found[i])) {
                    return -1;
                }
            }
            return wanted.length == found.length ? variables : -1;
        }
    }

    private Contract(JsonNode root) {
        this.root = root;
        root.path("paths").properties().forEach(path -> METHODS.stream()
                .filter(path.getValue()::has)
                .forEach(method -> operations.add(new Operation(
                        method.toUpperCase(Locale.ROOT),
                        path.getKey(),
                        path.getValue().path(method),
                        parameters(path.getValue(), path.getValue().path(method))))));
    }

    private static Contract read() {
        try {
            return new Contract(new YAMLMapper().readTree(ContractRoutes.text("openapi.yaml")));
        } catch (IOException e) {
            throw new IllegalStateException("the contract is no YAML", e);
        }
    }

    static Contract get() {
        return INSTANCE;
    }

    private List<JsonNode> parameters(JsonNode... places) {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode place : places) {
            place.path("parameters").forEach(parameter -> all.add(resolved(parameter)));
        }
        return all;
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The operation of a request; literal segments take precedence over path parameters. */
    Optional<Operation> find(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method) && operation.variables(path) >= 0)
                .min(Comparator.comparingInt(operation -> operation.variables(path)));
    }

    /** The target of a reference; any other node is returned as it is. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? root.at(node.path("$ref").asText().substring(1)) : node;
    }

    /** The violations of the schema; empty if the value fits. */
    Set<String> violations(JsonNode schema, JsonNode value) {
        Set<String> complaints = new TreeSet<>();
        for (Error error : schemas.computeIfAbsent(schema, this::made).validate(value)) {
            complaints.add(error.getInstanceLocation() + ": " + error.getMessage());
        }
        return complaints;
    }

    private Schema made(JsonNode schema) {
        ObjectNode whole = new JsonMapper().createObjectNode();
        whole.putArray("allOf").add(schema);
        whole.set("components", root.path("components"));
        return REGISTRY.getSchema(whole);
    }
}
