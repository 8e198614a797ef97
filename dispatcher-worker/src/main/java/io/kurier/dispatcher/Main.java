package io.kurier.dispatcher;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.runtime.PartMain;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.sender.SenderConfig;
import java.util.List;

/** Runs one dispatcher worker as a process. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PartMain.run(
                List.of(EgressSettings.definition(), SenderConfig.definition(), DispatcherConfig.definition()),
                (runtime, settings) -> new Dispatcher(runtime, DispatcherConfig.from(settings)).start());
    }
}
