package io.kurier.benchmarks.load;

import java.util.Arrays;

/**
 * The webhooks of the load, by number. They form groups of {@code fanOut}; each event goes to all webhooks of one
 * group, and the groups take turns. Faulty webhooks are spread evenly over the numbers. Immutable.
 */
public final class LoadWebhooks {
    /** One healthy webhook: the plainest load. */
    public static final LoadWebhooks ONE = of(1);

    private final int fanOut;
    private final int groups;
    private final ReceiverBehaviour[] behaviours;

    /**
     * @param fanOut webhooks that get each event
     * @param groups groups that get the events in turn
     * @param silentPercent percentage of all webhooks that will never answer
     * @param failingPercent percentage of all webhooks that will answer 503
     */
    public LoadWebhooks(int fanOut, int groups, int silentPercent, int failingPercent) {
        this.fanOut = fanOut;
        this.groups = groups;
        this.behaviours = new ReceiverBehaviour[fanOut * groups];
        int faultyPercent = silentPercent + failingPercent;
        for (int webhook = 0; webhook < behaviours.length; webhook++) {
            int faultyBefore = webhook * faultyPercent / 100;
            if ((webhook + 1) * faultyPercent / 100 == faultyBefore) {
                behaviours[webhook] = ReceiverBehaviour.ANSWERS;
            } else {
                behaviours[webhook] = takesShare(faultyBefore, silentPercent, faultyPercent)
                        ? ReceiverBehaviour.SILENT
                        : ReceiverBehaviour.FAILS;
            }
        }
    }

    /** One group of healthy webhooks. */
    public static LoadWebhooks of(int fanOut) {
        return new LoadWebhooks(fanOut, 1, 0, 0);
    }

    private static boolean takesShare(int index, int share, int all) {
        return (index + 1) * share / all > index * share / all;
    }

    public int size() {
        return behaviours.length;
    }

    public int fanOut() {
        return fanOut;
    }

    public int groups() {
        return groups;
    }

    public int groupOf(long sequence) {
        return (int) (sequence % groups);
    }

    /** @return what the webhook does once faults begin; until then every webhook answers */
    public ReceiverBehaviour behaviourOf(int webhook) {
        return behaviours[webhook];
    }

    public int count(ReceiverBehaviour behaviour) {
        return (int) Arrays.stream(behaviours).filter(behaviour::equals).count();
    }

    public boolean hasFaultyReceivers() {
        return count(ReceiverBehaviour.ANSWERS) < size();
    }

    /** @return whether the number is a webhook of the load and this webhook gets the event */
    public boolean gets(long sequence, int webhook) {
        return webhook >= 0 && webhook < size() && webhook / fanOut == groupOf(sequence);
    }

    /** @return a number that is unique among all deliveries; defined for a webhook that {@link #gets} the event */
    public long delivery(long sequence, int webhook) {
        return sequence * fanOut + webhook % fanOut;
    }
}
