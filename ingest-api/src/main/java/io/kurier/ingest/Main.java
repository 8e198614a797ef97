package io.kurier.ingest;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.runtime.PartMain;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.sender.SenderConfig;
import java.util.List;

/** Runs the HTTP API as a process of its own. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PartMain.runServing(
                List.of(
                        IngestApiConfig.definition(),
                        EgressSettings.definition(),
                        SenderConfig.definition(),
                        DeadLetterView.definition()),
                (runtime, settings) -> new IngestApi(runtime, IngestApiConfig.from(settings), settings).start());
    }
}
