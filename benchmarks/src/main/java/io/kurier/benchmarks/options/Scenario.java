package io.kurier.benchmarks.options;

import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.load.ReceiverBehaviour;

/**
 * How the load of a run differs from one webhook that gets every event. {@link BenchSettings} checks the bounds.
 * Immutable.
 *
 * @param webhooks additional registered webhooks that match no event of the load
 * @param fanOut webhooks that get each event
 * @param spread groups of {@code fanOut} webhooks; the events go to the groups in turn. 0: one group, or as many
 *     groups as faulty receivers need
 * @param blackHoles percentage of the load's webhooks that never answer in the second part of the run
 * @param failing percentage of the load's webhooks that answer 503 in the second part of the run
 * @param rate events per second while latency is measured; 0 for a fraction of the highest rate
 * @param backlog deliveries that wait in the retry tiers during the run
 * @param tls whether receivers use TLS
 */
public record Scenario(
        int webhooks, int fanOut, int spread, int blackHoles, int failing, int rate, int backlog, boolean tls) {
    /** One webhook gets every event, and nothing else is registered. */
    public static final Scenario PLAIN = new Scenario(0, 1, 0, 0, 0, 0, 0, false);

    /** The number of webhooks at which 5 % is one webhook. */
    private static final int FOR_A_SHARE = 20;

    private static final int MAX_LOAD_WEBHOOKS = 2_000;
    private static final int MAX_FAULTY_PERCENT = 90;

    public Scenario {
        if (spread == 0) {
            spread = blackHoles + failing == 0 ? 1 : (FOR_A_SHARE + fanOut - 1) / Math.max(1, fanOut);
        }
    }

    void check(ArgumentErrors errors) {
        errors.check("--webhooks", webhooks, 0, 100_000);
        errors.check("--fan-out", fanOut, 1, 1_000);
        errors.check("--spread", spread, 1, 1_000);
        errors.check("--black-holes", blackHoles, 0, MAX_FAULTY_PERCENT);
        errors.check("--failing", failing, 0, MAX_FAULTY_PERCENT);
        errors.check("--rate", rate, 0, 1_000_000);
        errors.check("--backlog", backlog, 0, 1_000_000);
        errors.refuseIf(
                blackHoles + failing > MAX_FAULTY_PERCENT,
                "--black-holes and --failing add up to " + (blackHoles + failing) + " %, expected at most "
                        + MAX_FAULTY_PERCENT + " %: only the remaining webhooks are measured");
        long size = (long) fanOut * spread;
        errors.refuseIf(
                size > MAX_LOAD_WEBHOOKS,
                "--fan-out times --spread is " + size + " webhooks, expected at most " + MAX_LOAD_WEBHOOKS);
        if (size > 0 && size <= MAX_LOAD_WEBHOOKS) {
            checkShares(errors);
        }
    }

    private void checkShares(ArgumentErrors errors) {
        LoadWebhooks loadWebhooks = loadWebhooks();
        errors.refuseIf(
                blackHoles > 0 && loadWebhooks.count(ReceiverBehaviour.SILENT) == 0,
                "--black-holes " + blackHoles + " % of " + loadWebhooks.size()
                        + " webhooks is less than one webhook; raise --spread");
        errors.refuseIf(
                failing > 0 && loadWebhooks.count(ReceiverBehaviour.FAILS) == 0,
                "--failing " + failing + " % of " + loadWebhooks.size()
                        + " webhooks is less than one webhook; raise --spread");
    }

    /** @return whether the scenario only adds registered webhooks */
    public boolean isOnlyRegistered() {
        return equals(new Scenario(webhooks, 1, 0, 0, 0, 0, 0, false));
    }

    public LoadWebhooks loadWebhooks() {
        return new LoadWebhooks(fanOut, spread, blackHoles, failing);
    }
}
