package io.kurier.runtime.transactions;

import java.util.Optional;

/**
 * Stands before the metadata of every offset Kurier commits: which writer committed it in which of its transactions. By
 * it a writer that does not know whether its commit went through finds out. Text: {@code k1:WRITER:SEQUENCE:PAYLOAD}.
 */
record CommitStamp(String writer, long sequence) {
    private static final String VERSION = "k1:";
    /** Characters a stamp takes at the most; the rest of Kafka's 4,096 is the payload's. */
    static final int MAX_LENGTH = 64;

    String before(String payload) {
        return VERSION + writer + ":" + Long.toString(sequence, 36) + ":" + payload;
    }

    boolean isOn(String metadata) {
        return metadata.startsWith(before(""));
    }

    /** The payload; empty when nothing Kurier wrote stands there. */
    static Optional<String> payload(String metadata) {
        String[] parts = metadata.split(":", 4);
        return parts.length == 4 && metadata.startsWith(VERSION) ? Optional.of(parts[3]) : Optional.empty();
    }
}
