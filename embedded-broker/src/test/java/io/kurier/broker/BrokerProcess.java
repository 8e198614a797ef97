package io.kurier.broker;

import java.nio.file.Path;
import java.util.Map;

/** A broker as a process of its own, for tests that kill it. Arguments: the folder and the address. */
final class BrokerProcess {
    static final String READY = "READY";

    private BrokerProcess() {}

    public static void main(String[] args) throws InterruptedException {
        EmbeddedBroker.start(Path.of(args[0]), args[1], Map.of());
        System.out.println(READY);
        Thread.currentThread().join();
    }
}
