package io.kurier.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryClientTest {
    private static final Schema SCHEMA =
            SchemaBuilder.record("a.b.E").fields().requiredString("id").endRecord();
    private static final Duration ANY_AGE = Duration.ofSeconds(-1);

    private final TestRegistry registry = new TestRegistry();
    private final RegistryClient client = client(Map.of());

    @AfterEach
    void stop() {
        registry.close();
    }

    private RegistryClient client(Map<String, Object> more) {
        Map<String, Object> config = new java.util.HashMap<>(Map.of("schema.registry.url", registry.url()));
        config.putAll(more);
        return new RegistryClient(RegistrySettings.from(config));
    }

    @Test
    void whatWasToldOnceIsNotAskedAgain() throws Exception {
        int id = client.register("s", SCHEMA);
        assertThat(client.register("s", SCHEMA)).isEqualTo(id);
        assertThat(client.byId(id)).isEqualTo(SCHEMA);
        assertThat(registry.requests()).containsExactly("POST /subjects/s/versions");

        RegistryClient other = client(Map.of());
        assertThat(other.known(id)).isNull();
        assertThat(other.byId(id)).isEqualTo(SCHEMA);
        assertThat(other.byId(id)).isSameAs(other.known(id));
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void anIdNobodyKnowsIsNotAskedForAgainAtOnce() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.byId(4711))
                    .isInstanceOf(RegistryRefusedException.class)
                    .hasMessageContaining("4711");
        }
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void aRegistryThatIsDownIsNoRefusalAndKnownIdsGoOn() throws Exception {
        int id = client.register("s", SCHEMA);
        registry.down(true);
        assertThatThrownBy(() -> client.byId(4711))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("503");
        assertThat(client.byId(id)).isEqualTo(SCHEMA);
        registry.down(false);
        assertThatThrownBy(() -> client.byId(4711)).isInstanceOf(RegistryRefusedException.class);
    }

    @Test
    void aPageThatIsNoRegistrysIsNoRefusal() {
        RegistryClient wrong =
                new RegistryClient(RegistrySettings.from(Map.of(RegistrySettings.URL, "http://127.0.0.1:1")));
        assertThatThrownBy(() -> wrong.byId(1)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void theNextUrlAnswersWhenOneDoesNot() throws Exception {
        RegistryClient two = client(Map.of("schema.registry.url", "http://127.0.0.1:1, " + registry.url() + "/"));
        int id = two.register("s", SCHEMA);
        assertThat(two.lookup("s", SCHEMA)).isEqualTo(id);
        assertThat(two.latest("s", ANY_AGE)).isEqualTo(new RegistryClient.Registered(id, SCHEMA));
    }

    @Test
    void lookingUpRegistersNothing() throws Exception {
        assertThatThrownBy(() -> client.lookup("s", SCHEMA))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("subject s");
        int id = registry.add("s", SCHEMA.toString());
        assertThat(client.lookup("s", SCHEMA)).isEqualTo(id);
    }

    @Test
    void namesOfSubjectsAreEscaped() throws Exception {
        client.register("a b/c+ü", SCHEMA);
        assertThat(registry.requests()).containsExactly("POST /subjects/a%20b%2Fc%2B%C3%BC/versions");
    }

    @Test
    void theNewestVersionIsAskedForAgainWhenItIsOld() throws Exception {
        registry.add("s", SCHEMA.toString());
        client.latest("s", ANY_AGE);
        Schema newer = SchemaBuilder.record("a.b.E")
                .fields()
                .requiredString("id")
                .optionalString("more")
                .endRecord();
        registry.add("s", newer.toString());
        assertThat(client.latest("s", ANY_AGE).schema()).isEqualTo(SCHEMA);
        assertThat(client.latest("s", Duration.ZERO).schema()).isEqualTo(newer);
    }

    @Test
    void aSchemaMayUseThoseOfOtherSubjects() throws Exception {
        registry.add("inner", "{\"type\":\"record\",\"name\":\"In\",\"fields\":[]}");
        ObjectNode outer = (ObjectNode)
                new ObjectMapper().readTree("{\"references\":[{\"name\":\"In\",\"subject\":\"inner\",\"version\":1}]}");
        outer.put("schema", "{\"type\":\"record\",\"name\":\"Out\",\"fields\":[{\"name\":\"in\",\"type\":\"In\"}]}");
        Schema read = client.byId(registry.add("outer", outer));
        assertThat(read.getField("in").schema().getName()).isEqualTo("In");
    }

    @Test
    void aSchemaThatIsNotAvroIsRefused() {
        ObjectNode proto = new ObjectMapper()
                .createObjectNode()
                .put("schemaType", "PROTOBUF")
                .put("schema", "syntax = \"proto3\";");
        int id = registry.add("p", proto);
        int broken = registry.add("b", "{\"type\":\"nothing\"}");
        assertThatThrownBy(() -> client.byId(id))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("PROTOBUF");
        assertThatThrownBy(() -> client.byId(broken)).isInstanceOf(RegistryRefusedException.class);
    }

    /** Whatever Avro throws for it: who waits for an answer that is no refusal waits for good. */
    @ParameterizedTest
    @MethodSource("unusable")
    void aSchemaThatAvroCannotParseIsRefused(String schema) {
        int broken = registry.add("b", schema);
        assertThatThrownBy(() -> client.byId(broken))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("schema " + broken + " is no Avro schema");
        ObjectNode user = new ObjectMapper().createObjectNode().put("schema", "\"string\"");
        user.putArray("references").addObject().put("subject", "b").put("version", 1);
        int outer = registry.add("outer", user);
        assertThatThrownBy(() -> client.byId(outer)).as("used by another").isInstanceOf(RegistryRefusedException.class);
    }

    static Stream<String> unusable() {
        return Stream.of(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"Missing\"}]}",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483647}",
                "[\"int\",\"int\"]",
                "foo",
                "",
                "{\"type\":\"array\",\"items\":".repeat(100_000));
    }

    @Test
    void aDefaultOfAnotherTypeDoesNotKeepASchemaFromBeingRead() throws Exception {
        int id = registry.add(
                "d",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":\"x\"}]}");
        assertThat(client.byId(id).getField("a").schema().getType()).isEqualTo(Schema.Type.INT);
    }

    @Test
    void credentialsComeFromTheirSettingsOrTheUrl() throws Exception {
        client(Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", new Password("me:pä:ss")))
                .register("s", SCHEMA);
        client(Map.of("schema.registry.url", registry.url().replace("//", "//me:p%C3%A4:ss@")))
                .register("s", SCHEMA);
        client(Map.of("bearer.auth.token", "abc")).register("s", SCHEMA);
        client(Map.of()).register("s", SCHEMA);
        assertThat(registry.authorizations())
                .containsExactly("Basic bWU6cMOkOnNz", "Basic bWU6cMOkOnNz", "Bearer abc", "null");
    }

    @Test
    void settingsShowNoCredentials() {
        RegistrySettings settings = RegistrySettings.from(Map.of("schema.registry.url", "http://me:hush@host:1/x"));
        assertThat(settings.toString()).doesNotContain("hush").contains("http://host:1/x/");
        assertThatThrownBy(() -> RegistrySettings.from(Map.of("schema.registry.url", "me:hush@host")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "ftp://x", "http:///x", "localhost:8081"})
    void aUrlThatIsNoneIsNamed(String url) {
        assertThatThrownBy(() -> RegistrySettings.from(Map.of("schema.registry.url", url)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
    }
}
