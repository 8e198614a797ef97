package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.model.egress.EgressPolicy;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tls.ClientTls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The field {@code tls} of webhooks: set, shown, changed, refused. */
@ExtendWith(SharedApi.class)
class WebhookTlsIT {
    private static final Instant END = Instant.parse("2099-01-02T03:04:05Z");

    private final TestApi api;
    private final ApiClient caller;
    private final X509Bundle authority =
            builder("CN=authority,O=acme").setIsCertificateAuthority(true).buildSelfSigned();
    private final X509Bundle client = builder("CN=kurier").buildIssuedBy(authority);

    WebhookTlsIT(TestApi api) throws Exception {
        this.api = api;
        this.caller = api.caller();
    }

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .notBefore(Instant.parse("2020-01-01T00:00:00Z"))
                .notAfter(END);
    }

    private Answer make(Map<String, String> tls) {
        ObjectNode json = Json.object();
        tls.forEach(json::put);
        return make("https://example.com/hook", json);
    }

    private Answer make(String url, JsonNode tls) {
        ObjectNode body = Json.object().put("url", url);
        body.putArray("events").add("*");
        body.set("tls", tls);
        return caller.post("/webhooks", body.toString());
    }

    private Map<String, String> all() {
        return Map.of(
                "ca", authority.getCertificatePEM(),
                "certificate", client.getCertificatePEM(),
                "key", client.getPrivateKeyPEM());
    }

    @Test
    void certificatesAreSummarisedAndTheKeyIsNeverShown() throws Exception {
        Answer made = make(all()).is(201);
        String id = made.json().path("id").asText();
        String keyLine = client.getPrivateKeyPEM().split("\n")[1].substring(0, 40);

        assertThat(made.json().path("tls")).isEqualTo(shown());
        for (Answer answer : List.of(made, caller.get("/webhooks/" + id).is(200), caller.get("/webhooks"))) {
            assertThat(answer.text())
                    .contains(sha256(client), "\"CN=kurier\"")
                    .doesNotContain("-----", "\"key\"", "PRIVATE", keyLine);
        }
        ClientTls kept = api.runtime().webhooks().get(id).orElseThrow().tls();
        assertThat(kept.authorities()).containsExactly(authority.getCertificate());
        assertThat(kept.chain()).containsExactly(client.getCertificate());
        assertThat(kept.privateKey()).isEqualTo(client.getKeyPair().getPrivate());
    }

    private ObjectNode shown() throws Exception {
        ObjectNode tls = Json.object();
        tls.putArray("ca").add(shown("CN=authority,O=acme", authority));
        tls.putArray("certificate").add(shown("CN=kurier", client));
        return tls;
    }

    private static ObjectNode shown(String subject, X509Bundle bundle) throws Exception {
        return Json.object()
                .put("subject", subject)
                .put("expires_at", Json.time(END.toEpochMilli()))
                .put("sha256", sha256(bundle));
    }

    private static String sha256(X509Bundle bundle) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(bundle.getCertificate().getEncoded()));
    }

    @Test
    void webhookWithoutTlsSettingsShowsNone() {
        Answer made = make("https://example.com/hook", Json.object().nullNode()).is(201);

        assertThat(made.json().has("tls")).isFalse();
        assertThat(api.runtime()
                        .webhooks()
                        .get(made.json().path("id").asText())
                        .orElseThrow()
                        .tls())
                .isSameAs(ClientTls.NONE);
    }

    @Test
    void authorityAloneAndCertificateAloneAreAccepted() {
        make(Map.of("ca", authority.getCertificatePEM())).is(201);
        make(Map.of("certificate", client.getCertificatePEM(), "key", client.getPrivateKeyPEM()))
                .is(201);
    }

    @Test
    void certificateWithoutKeyAndKeyWithoutCertificateAreRefused() {
        String certificate = client.getCertificatePEM();
        refused("tls.key", Map.of("certificate", certificate), "expected the private key of tls.certificate");
        refused("tls.certificate", Map.of("key", client.getPrivateKeyPEM()), "expected the certificate of tls.key");
        refused(
                "tls.certificate",
                Map.of("ca", certificate, "key", client.getPrivateKeyPEM()),
                "expected the certificate of tls.key");
        refused("tls", Map.of(), "expected ca, or certificate and key, or both");
    }

    @Test
    void invalidTlsFieldIsNamedWithoutItsValue() throws Exception {
        String expired = builder("CN=old")
                .notAfter(Instant.parse("2021-01-01T00:00:00Z"))
                .buildIssuedBy(authority)
                .getCertificatePEM();
        refused("tls.ca", Map.of("ca", "t0psecret"), "found no block");
        refused("tls.ca", Map.of("ca", expired), "number 1 did at 2021-01-01T00:00:00Z");
        refused("tls.ca", Map.of("ca", client.getPrivateKeyPEM()), "number 1 is a PRIVATE KEY");
        refused(
                "tls.certificate",
                Map.of("certificate", client.getPrivateKeyPEM(), "key", client.getPrivateKeyPEM()),
                "number 1 is a PRIVATE KEY");
        refused(
                "tls.key",
                Map.of("certificate", authority.getCertificatePEM(), "key", client.getPrivateKeyPEM()),
                "found another key");
        refused(
                "tls.key",
                Map.of(
                        "certificate",
                        client.getCertificatePEM(),
                        "key",
                        client.getPrivateKeyPEM().replace("PRIVATE", "RSA PRIVATE")),
                "openssl pkcs8");
    }

    private void refused(String field, Map<String, String> tls, String expected) {
        Answer answer = make(tls);

        assertThat(answer.problem(400, field).path("expected").asText()).contains(expected);
        assertRepeatsNothing(answer);
    }

    private void assertRepeatsNothing(Answer answer) {
        String key = client.getPrivateKeyPEM().split("\n")[1];
        assertThat(answer.text()).doesNotContain("t0psecret", key.substring(0, 30), key.substring(30, 60));
        assertThat(answer.problem(400).has("value")).isFalse();
    }

    /** A client sends {@code tls} as a string, or {@code key} as an object. */
    @ParameterizedTest
    @CsvSource({
        "'\"t0psecret\"', tls",
        "'[\"t0psecret\"]', tls",
        "'{\"key\":{\"pem\":\"t0psecret\"},\"certificate\":\"x\"}', tls.certificate",
        "'{\"ca\":[\"t0psecret\"]}', tls.ca",
        "'{\"pkcs12\":\"t0psecret\"}', tls.pkcs12"
    })
    void tlsOfAnotherJsonTypeIsRefusedWithoutItsValue(String tls, String field) throws Exception {
        Answer answer =
                caller.post("/webhooks", "{\"url\":\"https://example.com/\",\"events\":[\"*\"],\"tls\":" + tls + "}");

        answer.problem(400, field);
        assertThat(answer.text()).doesNotContain("t0psecret");
    }

    @Test
    void keyOfAnotherJsonTypeIsRefusedWithoutItsValue() {
        ObjectNode tls = Json.object().put("certificate", client.getCertificatePEM());
        tls.putObject("key").put("pem", "t0psecret");

        Answer answer = make("https://example.com/hook", tls);

        answer.problem(400, "tls.key");
        assertThat(answer.text()).doesNotContain("t0psecret");
    }

    @Test
    void tlsSettingsForAHttpUrlAreRefused() {
        WebhookJson json = new WebhookJson(new EgressPolicy(true, true, List.of()));
        ObjectNode body = Json.object().put("url", "http://127.0.0.1:9/hook");
        body.putArray("events").add("*");
        body.putObject("tls").put("ca", authority.getCertificatePEM());

        assertThatExceptionOfType(Problem.RefusedException.class)
                .isThrownBy(() -> json.parse(body, Tenant.plain("acme"), 0))
                .satisfies(refused -> assertThat(refused.problem().field()).isEqualTo("tls"))
                .withMessageContaining("https://");
    }
}
