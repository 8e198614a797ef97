package io.kurier.model.signing;

import java.util.ArrayList;
import java.util.List;

/**
 * The secrets that sign a webhook's requests: one, or several during a rotation, each for its time. Immutable.
 *
 * @param keys newest first; the newest has no end, so that at least one always signs
 */
public record Signing(List<Key> keys) {
    /** Most secrets that may sign at once. */
    public static final int MAX_KEYS = 5;

    /** End of a secret that has none. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * One secret and the time in which it signs.
     *
     * @param fromMs epoch milliseconds
     * @param untilMs epoch milliseconds, exclusive
     */
    public record Key(SigningSecret secret, long fromMs, long untilMs) {
        boolean signsAt(long nowMs) {
            return fromMs <= nowMs && nowMs < untilMs;
        }
    }

    public Signing {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.get(0).untilMs() != NEVER) {
            throw new IllegalArgumentException("the newest secret has an end, expected none");
        }
    }

    /** One secret that signs always. */
    public static Signing with(SigningSecret secret) {
        return new Signing(List.of(new Key(secret, 0, NEVER)));
    }

    /** The newest secret. Its time may not have begun. */
    public SigningSecret newest() {
        return keys.get(0).secret();
    }

    /** The secrets that sign at this time, newest first; never empty. */
    public List<Key> signingAt(long nowMs) {
        List<Key> live = keys.stream().filter(key -> key.signsAt(nowMs)).toList();
        return live.isEmpty() ? keys.subList(0, 1) : live;
    }

    /** The secrets that sign at this time or later. */
    public List<Key> notEndedAt(long nowMs) {
        return keys.stream().filter(key -> nowMs < key.untilMs()).toList();
    }

    /**
     * The value of {@code webhook-signature}: one signature for each secret that signs now, separated by spaces.
     *
     * @param id the {@code webhook-id} of the request
     * @param nowMs epoch milliseconds; the signature covers the second
     */
    public String sign(String id, long nowMs, byte[] body) {
        long timestamp = nowMs / 1000;
        if (keys.size() == 1) {
            return keys.get(0).secret().sign(id, timestamp, body);
        }
        StringBuilder all = new StringBuilder();
        for (Key key : signingAt(nowMs)) {
            all.append(all.isEmpty() ? "" : " ").append(key.secret().sign(id, timestamp, body));
        }
        return all.toString();
    }

    /**
     * Rotates to another secret. Secrets that sign now go on for the overlap, unless their end comes first. A secret whose time
     * has not begun is dropped.
     *
     * @param switchAtMs when the next secret begins, epoch milliseconds
     * @param overlapMs how long the current secrets sign beside it, in milliseconds
     * @param nowMs epoch milliseconds
     * @throws IllegalArgumentException when more than {@link #MAX_KEYS} would sign at once
     */
    public Signing rotated(SigningSecret next, long switchAtMs, long overlapMs, long nowMs) {
        long endMs = Math.max(switchAtMs, nowMs) + overlapMs;
        List<Key> rotated = new ArrayList<>();
        rotated.add(new Key(next, switchAtMs, NEVER));
        for (Key key : signingAt(nowMs)) {
            // the end of the newest may come from a rotation that is dropped now
            long untilMs = rotated.size() == 1 ? endMs : Math.min(key.untilMs(), endMs);
            if (untilMs > nowMs) {
                rotated.add(new Key(key.secret(), key.fromMs(), untilMs));
            }
        }
        if (rotated.size() > MAX_KEYS) {
            throw new IllegalArgumentException("expected at most " + MAX_KEYS
                    + " secrets that sign at once; wait for an overlap to end, or give none");
        }
        return new Signing(rotated);
    }
}
