package io.kurier.benchmarks.load;

import java.util.Arrays;

/**
 * The webhooks of the load, by number, and who of them gets an event. They stand in groups of {@code fanOut}; each event
 * goes to all webhooks of one group, the groups in turn. Those that will be in trouble are spread evenly. Immutable.
 */
public final class LoadWebhooks {
    /** One webhook that answers: the plainest load, and all that a bare relay needs to know. */
    public static final LoadWebhooks ONE = of(1);

    private final int fanOut;
    private final int groups;
    private final ReceiverBehaviour[] behaviours;

    /**
     * @param fanOut webhooks that get each event
     * @param groups between which the events take turns
     * @param silentPercent of all webhooks, those that will be silent
     * @param failingPercent of all webhooks, those that will fail
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

    /** One group, all of whose webhooks answer. */
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

    /** What a webhook does once the trouble begins; until then all answer. */
    public ReceiverBehaviour behaviourOf(int webhook) {
        return behaviours[webhook];
    }

    public int count(ReceiverBehaviour behaviour) {
        return (int) Arrays.stream(behaviours).filter(behaviour::equals).count();
    }

    public boolean hasFaultyReceivers() {
        return count(ReceiverBehaviour.ANSWERS) < size();
    }

    /** Whether the webhook is there and gets the event. */
    public boolean gets(long sequence, int webhook) {
        return webhook >= 0 && webhook < size() && webhook / fanOut == groupOf(sequence);
    }

    /** The number of a delivery, unique among all; it belongs to a webhook that {@link #gets} the event. */
    public long delivery(long sequence, int webhook) {
        return sequence * fanOut + webhook % fanOut;
    }
}
