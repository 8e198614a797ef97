package io.kurier.model.tenant;

import io.kurier.model.Ids;
import io.kurier.model.secret.KeyedHash;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's API key, without its text, which is not stored. The text is {@code kur_}, the id's 26 characters, {@code _}, and
 * 256 random bits in base64url; it contains the id, so that one look-up finds the key. Immutable.
 *
 * @param expiresAtMs epoch milliseconds; null when it does not expire
 * @param lastUsedAtMs epoch milliseconds, up to an hour late; null when it was not used yet
 */
public record ApiKey(
        String id,
        String tenant,
        Set<Role> roles,
        KeyedHash.Value hash,
        String description,
        long createdAtMs,
        @Nullable Long expiresAtMs,
        @Nullable Long lastUsedAtMs)
        implements TenantEntry {
    private static final String ID = "key_";
    private static final String TEXT = "kur_";
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_TEXT = 43;
    private static final SecureRandom SECURE = new SecureRandom();

    public ApiKey {
        roles = Set.copyOf(roles);
    }

    /** A new random text for the key with this id. */
    public static String newText(String id) {
        byte[] random = new byte[RANDOM_BYTES];
        SECURE.nextBytes(random);
        return TEXT + id.substring(ID.length()) + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** The id that the text contains; empty when the text does not have the form of a key. */
    public static Optional<String> idIn(String text) {
        int end = TEXT.length() + Ids.BODY;
        boolean isKey = text.length() == end + 1 + RANDOM_TEXT && text.startsWith(TEXT) && text.charAt(end) == '_';
        return isKey ? Optional.of(ID + text.substring(TEXT.length(), end)) : Optional.empty();
    }

    /** Whether the key has expired at this time. */
    public boolean isExpired(long nowMs) {
        return expiresAtMs != null && expiresAtMs <= nowMs;
    }

    /** A copy that was last used at this time. */
    public ApiKey usedAt(long ms) {
        return new ApiKey(id, tenant, roles, hash, description, createdAtMs, expiresAtMs, ms);
    }
}
