package io.kurier.runtime.control;

/**
 * Keys of the topic {@code replays}. A replay has two, since two processes write them: its order is under its id, its
 * progress under {@code id/progress}.
 */
public final class ReplayKeys {
    private static final String PROGRESS = "/progress";

    private ReplayKeys() {}

    public static String progress(String replayId) {
        return replayId + PROGRESS;
    }

    public static boolean isProgress(String key) {
        return key.endsWith(PROGRESS);
    }

    /** The id of the replay that a key of either kind belongs to. */
    public static String id(String key) {
        return isProgress(key) ? key.substring(0, key.length() - PROGRESS.length()) : key;
    }
}
