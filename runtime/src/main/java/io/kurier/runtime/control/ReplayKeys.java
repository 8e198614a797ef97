package io.kurier.runtime.control;

/**
 * A replay has two keys in the topic {@code replays}, since two processes write it: the order its id, the progress
 * this.
 */
public final class ReplayKeys {
    private ReplayKeys() {}

    public static String progress(String replayId) {
        return replayId + "/progress";
    }
}
