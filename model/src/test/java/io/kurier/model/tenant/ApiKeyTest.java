package io.kurier.model.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.Ids;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.secret.SecretBox;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final String KEY = "a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE=";

    private final KeyedHash hash = SecretBox.withKey(KEY).keyedHash("test");

    @Test
    void aTextTellsItsIdAndIsNeverTheSame() {
        String id = Ids.key(1_795_000_000_000L);
        String text = ApiKey.newText(id);
        assertThat(ApiKey.idIn(text)).contains(id);
        assertThat(text).hasSize(74).isNotEqualTo(ApiKey.newText(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kur_", "the-key-of-the-operator", "kur_0_1"})
    void otherTextsAreNoKeys(String text) {
        assertThat(ApiKey.idIn(text)).isEmpty();
        assertThat(ApiKey.idIn(text + "x".repeat(74 - text.length()))).isEmpty();
    }

    @Test
    void aHashIsThatOfItsTextItsKeyAndItsPurpose() {
        KeyedHash.Value value = hash.of("a key");
        KeyedHash both = SecretBox.withKey(SecretBox.newKey() + "," + KEY).keyedHash("test");
        assertThat(both.isOf(value, "a key")).isTrue();
        assertThat(both.isOf(value, "another key")).isFalse();
        assertThat(both.isOf(both.of("a key"), "a key")).isTrue();
        assertThat(hash.isOf(both.of("a key"), "a key")).isFalse();
        assertThat(value).isEqualTo(SecretBox.withKey(KEY).keyedHash("test").of("a key"));
        assertThat(new KeyedHash.Value(value.bytes())).isEqualTo(value).hasSameHashCodeAs(value);
        assertThat(value)
                .isNotEqualTo(hash.of("a kez"))
                .isNotEqualTo(SecretBox.withKey(KEY).keyedHash("other").of("a key"))
                .isNotEqualTo(
                        SecretBox.withKey(SecretBox.newKey()).keyedHash("test").of("a key"))
                .isNotEqualTo(new KeyedHash.Value(new byte[34]));
        assertThat(value.bytes()).hasSize(34).startsWith(1, 0);
        assertThat(value.toString()).contains("hidden");
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            var hashing = IntStream.range(0, 4)
                    .<Future<Boolean>>mapToObj(i -> threads.submit(() -> IntStream.range(0, 2_000)
                            .allMatch(j -> hash.of("key " + i).equals(hash.of("key " + i)))))
                    .toList();
            for (Future<Boolean> one : hashing) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKeyExpiresAtItsTimeOrNever() {
        ApiKey key = new ApiKey("key_1", "acme", Set.of(Role.READ), hash.of("x"), "", 0, 1_000L, null);
        assertThat(key.isExpired(999)).isFalse();
        assertThat(key.isExpired(1_000)).isTrue();
        assertThat(new ApiKey("key_1", "acme", Set.of(), hash.of("x"), "", 0, null, null).isExpired(Long.MAX_VALUE))
                .isFalse();
        assertThat(key.toString()).doesNotContain("[1, 0");
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISH, PUBLISH, true",
        "PUBLISH, READ, false",
        "PUBLISH, MANAGE, false",
        "READ, READ, true",
        "READ, MANAGE, false",
        "READ, PUBLISH, false",
        "MANAGE, READ, true",
        "MANAGE, MANAGE, true",
        "MANAGE, PUBLISH, false",
        "MANAGE, OPERATOR, false",
        "OPERATOR, MANAGE, true",
        "OPERATOR, PUBLISH, true",
    })
    void rolesIncludeOthers(Role own, Role needed, boolean includes) {
        assertThat(own.includes(needed)).isEqualTo(includes);
    }

    @Test
    void theOperatorsRoleIsNoKeys() {
        assertThat(Role.ofKey("operator")).isEmpty();
        assertThat(Role.ofKey("READ")).isEmpty();
        assertThat(Role.ofKey("read")).contains(Role.READ);
        assertThat(Role.expected()).isEqualTo("publish, manage, read");
    }
}
