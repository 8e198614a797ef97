package io.kurier.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * The ids of the API: a prefix for the kind, then 26 characters of Crockford's base 32 (128 bits). New ids begin with their
 * time, so that they sort by age. An id never has a dot, which Standard Webhooks uses as a separator. Any thread.
 */
public final class Ids {
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    /** Characters of an id after its prefix. */
    public static final int BODY = 26;

    private static final int LONGEST_TENANT = 64;
    /** What a message says when {@link #isTenant} is false. */
    public static final String EXPECTED_TENANT =
            "expected 1 to " + LONGEST_TENANT + " lower-case letters, digits, _ and -, a letter or digit first";

    private static final SecureRandom SECURE = new SecureRandom();

    private Ids() {}

    /**
     * A new event id. It must be unique, but may be guessable.
     *
     * @param nowMs epoch milliseconds
     * @param random 80 bits are drawn
     */
    public static String event(long nowMs, RandomGenerator random) {
        return "evt_" + encode((nowMs << 16) | (random.nextLong() & 0xffff), random.nextLong());
    }

    /**
     * A new, unguessable webhook id.
     *
     * @param nowMs epoch milliseconds
     */
    public static String webhook(long nowMs) {
        return "wh_" + unguessable(nowMs);
    }

    /** The id of a webhook that a file names; always the same for the same tenant and name. */
    public static String webhookFor(String tenant, String name) {
        byte[] hash = sha256(("file\0" + tenant + "\0" + name).getBytes(StandardCharsets.UTF_8));
        return "wh_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    /**
     * A new, unguessable id of a replay.
     *
     * @param nowMs epoch milliseconds
     */
    public static String replay(long nowMs) {
        return "rpl_" + unguessable(nowMs);
    }

    /**
     * A new, unguessable id of an API key.
     *
     * @param nowMs epoch milliseconds
     */
    public static String key(long nowMs) {
        return "key_" + unguessable(nowMs);
    }

    /** The event id for a publisher's own id; always the same for the same tenant and id. */
    public static String eventFor(String tenant, String clientId) {
        byte[] hash = sha256((tenant + "\0" + clientId).getBytes(StandardCharsets.UTF_8));
        return "evt_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    /** A webhook id made of the first 16 bytes of a hash. */
    public static String webhookFor(byte[] hash) {
        return "wh_" + encode(longAt(hash, 0), longAt(hash, 8));
    }

    /** Whether the text has the form of an event id made here. */
    public static boolean isEvent(String text) {
        return isId("evt_", text);
    }

    /** Whether the text has the form of a webhook id. */
    public static boolean isWebhook(String text) {
        return isId("wh_", text);
    }

    /** Whether the text has the form of a replay's id. */
    public static boolean isReplay(String text) {
        return isId("rpl_", text);
    }

    private static boolean isId(String prefix, String text) {
        return text.length() == prefix.length() + BODY
                && text.startsWith(prefix)
                && isMadeOf(text, prefix.length(), "");
    }

    /** Whether the text can name a tenant: 1 to 64 lower-case letters, digits, _ and -, a letter or digit first. */
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

    /** The id of an event's delivery to a webhook. It contains both ids and is the same on every attempt and replay. */
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
