package io.kurier.runtime.transactions;

import java.util.Optional;

/**
 * Prefix of the metadata of every offset that Kurier commits: which writer committed it, in which of its transactions.
 * A writer with an unknown outcome looks for its stamp. Form: {@code k1:WRITER:SEQUENCE:PAYLOAD}.
 */
record CommitStamp(String writer, long sequence) {
    private static final String VERSION = "k1:";
    /** Most characters of a stamp; the payload gets the rest of Kafka's 4,096. */
    static final int MAX_LENGTH = 64;

    String before(String payload) {
        return VERSION + writer + ":" + Long.toString(sequence, 36) + ":" + payload;
    }

    boolean isOn(String metadata) {
        return metadata.startsWith(before(""));
    }

    /** The payload; empty if Kurier did not write the metadata. */
    static Optional<String> payload(String metadata) {
        String[] parts = metadata.split(":", 4);
        return parts.length == 4 && metadata.startsWith(VERSION) ? Optional.of(parts[3]) : Optional.empty();
    }
}
