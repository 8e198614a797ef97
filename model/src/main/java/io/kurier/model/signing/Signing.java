package io.kurier.model.signing;

import java.util.ArrayList;
import java.util.List;

/**
 * The secrets a webhook's requests are signed with: one, or during a rotation several, each within its time. The newest
 * stands first and has no end, so that there is always one that signs. Immutable.
 */
public record Signing(List<Key> keys) {
    /** The most that may sign at once. */
    public static final int MAX_KEYS = 5;

    public static final long NEVER = Long.MAX_VALUE;

    /**
     * One secret and when it signs.
     *
     * @param fromMs epoch milliseconds of its begin
     * @param untilMs epoch milliseconds of its end, exclusive
     */
    public record Key(SigningSecret secret, long fromMs, long untilMs) {
        boolean signsAt(long nowMs) {
            return fromMs <= nowMs && nowMs < untilMs;
        }
    }

    public Signing {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.get(0).untilMs() != NEVER) {
            throw new IllegalArgumentException("expected a newest secret that has no end");
        }
    }

    public static Signing with(SigningSecret secret) {
        return new Signing(List.of(new Key(secret, 0, NEVER)));
    }

    /** The secret given last; it may not sign yet. */
    public SigningSecret newest() {
        return keys.get(0).secret();
    }

    /** What signs at this time, the newest first; never empty. */
    public List<Key> signingAt(long nowMs) {
        List<Key> live = keys.stream().filter(key -> key.signsAt(nowMs)).toList();
        return live.isEmpty() ? keys.subList(0, 1) : live;
    }

    /** Those that sign at this time or will. */
    public List<Key> notEndedAt(long nowMs) {
        return keys.stream().filter(key -> nowMs < key.untilMs()).toList();
    }

    /** The value of {@code webhook-signature}: that of each secret which signs now, separated by spaces. */
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
     * Lets another secret sign from a time on; what signs now goes on for an overlap, unless its end comes first. A secret
     * that did not begin yet is forgotten.
     *
     * @throws IllegalArgumentException when too many would sign at once
     */
    public Signing rotated(SigningSecret next, long switchAtMs, long overlapMs, long nowMs) {
        long endMs = Math.max(switchAtMs, nowMs) + overlapMs;
        List<Key> rotated = new ArrayList<>();
        rotated.add(new Key(next, switchAtMs, NEVER));
        for (Key key : signingAt(nowMs)) {
            // the newest of them may have been about to give way to one that is forgotten now
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
