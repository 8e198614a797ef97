package io.kurier.runtime.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.WebhookDefaults;
import io.kurier.schemas.TenantRecord;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TenantRecordsTest {
    private static final RecordCodec<TenantRecord> CODEC = new RecordCodec<>(TenantRecord.class, new WriterSchemas());
    private static final SigningSecret SECRET = SigningSecret.random();
    private static final Tenant TENANT = new Tenant(
            "acme",
            new WebhookDefaults(
                    SECRET,
                    Duration.ofSeconds(9),
                    new RetryPolicy(
                            List.of(Duration.ofSeconds(1)),
                            0.25,
                            new StatusRules(List.of("200"), List.of("5xx"), List.of("4xx"))),
                    new RateLimit(100, Duration.ofMinutes(1)),
                    CustomHeaders.of(Map.of("Authorization", "Bearer of-acme"))),
            true,
            true,
            new Tenant.Quota(50, 0),
            true,
            7,
            1_795_000_000_000L);

    private final SecretBox box = SecretBox.withKey(SecretBox.newKey());
    private final TenantRecords records = new TenantRecords(CODEC, box);
    private final ApiKey key = new ApiKey(
            "key_1",
            "acme",
            Set.of(Role.READ, Role.PUBLISH),
            box.keyedHash("test").of("the text"),
            "importer",
            1L,
            2L,
            3L);

    @Test
    void readsWhatItWrote() throws Exception {
        assertThat(records.read("acme", records.write(TENANT))).isEqualTo(TENANT);
        Tenant plain = Tenant.plain("acme");
        assertThat(records.read("acme", records.write(plain))).isEqualTo(plain);
        assertThat(records.read("key/key_1", records.write(key))).isEqualTo(key);
        ApiKey unused = new ApiKey("key_1", "acme", Set.of(), key.hash(), "", 1L, null, null);
        assertThat(records.read("key/key_1", records.write(unused))).isEqualTo(unused);
    }

    @Test
    void aSecretIsReadableNowhereAndOpensOnlyAtItsTenants() throws Exception {
        byte[] value = records.write(TENANT);
        assertThat(new String(value, ISO_8859_1))
                .doesNotContain(SECRET.reveal().substring(6))
                .doesNotContain("of-acme");

        TenantRecord moved = CODEC.decode(value);
        moved.setTenant("other");
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> records.read("other", CODEC.encode(moved)))
                .withMessageContaining("KURIER_ENCRYPTION_KEY")
                .withMessageContaining("other");
    }

    @Test
    void aRoleOfANewerVersionGivesNoRight() throws Exception {
        TenantRecord record = CODEC.decode(records.write(key));
        record.getKey().setRoles(List.of("read", "operator", "all"));
        assertThat(((ApiKey) records.read("key/key_1", CODEC.encode(record))).roles())
                .containsExactly(Role.READ);
    }
}
