package io.kurier.benchmarks.options;

import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.load.ReceiverBehaviour;

/**
 * What makes the load of a run other than the plainest. Checked by {@link #check}, which {@link BenchSettings} calls.
 *
 * @param webhooks registered besides those of the load, for events that never come
 * @param fanOut webhooks that get each event
 * @param spread groups of so many webhooks between which the events take turns; 0 for as many as the rest needs
 * @param blackHoles percent of the load's webhooks that never answer in the second part of the run
 * @param failing percent of the load's webhooks that answer 503 in the second part of the run
 * @param rate events offered a second while latency is measured; 0 for a part of the highest rate
 * @param backlog deliveries that wait in the retry tiers meanwhile
 * @param tls whether receivers are behind TLS
 */
public record Scenario(
        int webhooks, int fanOut, int spread, int blackHoles, int failing, int rate, int backlog, boolean tls) {
    /** One webhook gets everything, and nothing else is there. */
    public static final Scenario PLAIN = new Scenario(0, 1, 0, 0, 0, 0, 0, false);

    /** So many webhooks make a share of 5 % possible. */
    private static final int FOR_A_SHARE = 20;

    private static final int MAX_LOAD_WEBHOOKS = 2_000;
    private static final int MAX_FAULTY_PERCENT = 90;

    public Scenario {
        if (spread == 0) {
            spread = blackHoles + failing == 0 ? 1 : (FOR_A_SHARE + fanOut - 1) / Math.max(1, fanOut);
        }
    }

    void check(ArgumentErrors bounds) {
        bounds.check("--webhooks", webhooks, 0, 100_000);
        bounds.check("--fan-out", fanOut, 1, 1_000);
        bounds.check("--spread", spread, 1, 1_000);
        bounds.check("--black-holes", blackHoles, 0, MAX_FAULTY_PERCENT);
        bounds.check("--failing", failing, 0, MAX_FAULTY_PERCENT);
        bounds.check("--rate", rate, 0, 1_000_000);
        bounds.check("--backlog", backlog, 0, 1_000_000);
        bounds.refuseIf(
                blackHoles + failing > MAX_FAULTY_PERCENT,
                "--black-holes and --failing are " + (blackHoles + failing) + " % together, expected "
                        + MAX_FAULTY_PERCENT + " % at most: the others are what is measured");
        long size = (long) fanOut * spread;
        bounds.refuseIf(
                size > MAX_LOAD_WEBHOOKS,
                "--fan-out times --spread is " + size + " webhooks, expected " + MAX_LOAD_WEBHOOKS + " at most");
        if (size > 0 && size <= MAX_LOAD_WEBHOOKS) {
            checkShares(bounds);
        }
    }

    private void checkShares(ArgumentErrors bounds) {
        LoadWebhooks loadWebhooks = loadWebhooks();
        bounds.refuseIf(
                blackHoles > 0 && loadWebhooks.count(ReceiverBehaviour.SILENT) == 0,
                "--black-holes " + blackHoles + " of " + loadWebhooks.size() + " webhooks is none; raise --spread");
        bounds.refuseIf(
                failing > 0 && loadWebhooks.count(ReceiverBehaviour.FAILS) == 0,
                "--failing " + failing + " of " + loadWebhooks.size() + " webhooks is none; raise --spread");
    }

    /** Whether it changes nothing but who is registered besides the load. */
    public boolean isOnlyRegistered() {
        return equals(new Scenario(webhooks, 1, 0, 0, 0, 0, 0, false));
    }

    public LoadWebhooks loadWebhooks() {
        return new LoadWebhooks(fanOut, spread, blackHoles, failing);
    }
}
