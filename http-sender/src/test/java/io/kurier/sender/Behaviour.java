package io.kurier.sender;

import java.util.List;

/**
 * How a receiver behaves once it is connected to, and what must come of it.
 *
 * @param plain error class of the attempt, or the status of its answer; several where it is a race, with bars between
 * @param tls the same behind TLS
 * @param kept whether the connection may serve the next request
 */
record Behaviour(String name, RawReceiver.Script script, String plain, String tls, boolean kept) {
    static Behaviour keeps(String name, int status, RawReceiver.Script script) {
        return new Behaviour(name, script, String.valueOf(status), String.valueOf(status), true);
    }

    static Behaviour drops(String name, int status, RawReceiver.Script script) {
        return ends(name, String.valueOf(status), script);
    }

    static Behaviour ends(String name, String error, RawReceiver.Script script) {
        return new Behaviour(name, script, error, error, false);
    }

    /** Ends otherwise behind TLS, where it happens during the handshake. */
    Behaviour behindTls(String error) {
        return new Behaviour(name, script, plain, error, kept);
    }

    List<String> expected(boolean secure) {
        return List.of((secure ? tls : plain).split("\\|"));
    }

    static String outcome(AttemptResult result) {
        return result.error() == null ? String.valueOf(result.status()) : result.error();
    }

    @Override
    public String toString() {
        return name;
    }
}
