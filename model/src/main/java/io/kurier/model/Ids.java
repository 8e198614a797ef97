package io.kurier.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids of the API: a prefix that tells the kind, then 26 characters of Crockford's base 32 (130 bits). New ids begin
 * with their time, so that they sort by age. Never a dot, which Standard Webhooks uses as a separator.
 */
public final class Ids {
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    public static final int BODY = 26;
    private static final int LONGEST_TENANT = 64;
    /** What is told of what can name no tenant. */
    public static final String EXPECTED_TENANT =
            "expected 1 to " + LONGEST_TENANT + " lower-case letters, digits, _ and -, a letter or digit first";

    private static final SecureRandom SECURE = new SecureRandom();

    private Ids() {}

    /** An id that must be unique but need not be unguessable. */
    public static String event(long nowMs) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "evt_" + encode((nowMs << 16) | (random.nextLong() & 0xffff), random.nextLong());
    }

    public static String webhook(long nowMs) {
        return "wh_" + unguessable(nowMs);
    }

    /** The id of the webhook that a file calls by this name: the same for the same tenant and name, everywhere. */
    public static String webhookFor(String tenant, String name) {
        byte[] hash = sha256(("file\0" + tenant + "\0" + name).getBytes(StandardCharsets.UTF_8));
        return "wh_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    public static String replay(long nowMs) {
        return "rpl_" + unguessable(nowMs);
    }

    public static String key(long nowMs) {
        return "key_" + unguessable(nowMs);
    }

    /** The event id that a publisher's own id stands for: the same for the same tenant and id, everywhere. */
    public static String eventFor(String tenant, String clientId) {
        byte[] hash = sha256((tenant + "\0" + clientId).getBytes(StandardCharsets.UTF_8));
        return "evt_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    /** A webhook id made of a hash of 16 bytes or more: the same for the same hash. */
    public static String webhookFor(byte[] hash) {
        return "wh_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    /** Whether the text is an event id as this class makes them. */
    public static boolean isEvent(String text) {
        return isId("evt_", text);
    }

    /** The same for the id of a webhook. */
    public static boolean isWebhook(String text) {
        return isId("wh_", text);
    }

    /** The same for the id of a replay. */
    public static boolean isReplay(String text) {
        return isId("rpl_", text);
    }

    private static boolean isId(String prefix, String text) {
        return text.length() == prefix.length() + BODY
                && text.startsWith(prefix)
                && isMadeOf(text, prefix.length(), "");
    }

    /** Whether the text can name a tenant: lower-case letters, digits, _ and -, the first a letter or digit, 64 at most. */
    public static boolean isTenant(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_TENANT
                && "_-".indexOf(text.charAt(0)) < 0
                && isMadeOf(text, 0, "_-");
    }

    private static boolean isMadeOf(String text, int from, String alsoAllowed) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!plain && alsoAllowed.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The id of the event's delivery to the webhook: it tells both, and is the same on every attempt and replay. */
    public static String delivery(String eventId, String webhookId) {
        return "dlv_" + eventId.substring(4) + "_" + webhookId.substring(3);
    }

    private static String unguessable(long nowMs) {
        return encode((nowMs << 16) | (SECURE.nextLong() & 0xffff), SECURE.nextLong());
    }

    private static String encode(long high, long low) {
        char[] text = new char[BODY];
        for (int i = BODY - 1; i >= 13; i--) {
            text[i] = DIGITS[(int) (low & 31)];
            low >>>= 5;
        }
        for (int i = 12; i >= 0; i--) {
            text[i] = DIGITS[(int) (high & 31)];
            high >>>= 5;
        }
        return new String(text);
    }

    private static long longAt(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    private static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
