package io.kurier.benchmarks.load;

import io.kurier.benchmarks.receiver.ReceiverBehaviour;
import java.util.Arrays;

/**
 * The webhooks of the load, by number, and who of them gets an event. They stand in groups of {@code fanOut}; each event
 * goes to all webhooks of one group, the groups in turn. Those that will be in trouble are spread evenly. Immutable.
 */
public final class Audience {
    /** One webhook that answers: the plainest load, and all that a bare relay needs to know. */
    public static final Audience ONE = of(1);

    private final int fanOut;
    private final int groups;
    private final ReceiverBehaviour[] conducts;

    /**
     * @param fanOut webhooks that get each event
     * @param groups between which the events take turns
     * @param silentPercent of all webhooks, those that will be silent
     * @param failingPercent of all webhooks, those that will fail
     */
    public Audience(int fanOut, int groups, int silentPercent, int failingPercent) {
        this.fanOut = fanOut;
        this.groups = groups;
        this.conducts = new ReceiverBehaviour[fanOut * groups];
        int troubledPercent = silentPercent + failingPercent;
        for (int webhook = 0; webhook < conducts.length; webhook++) {
            int troubledBefore = webhook * troubledPercent / 100;
            if ((webhook + 1) * troubledPercent / 100 == troubledBefore) {
                conducts[webhook] = ReceiverBehaviour.ANSWERS;
            } else {
                conducts[webhook] = takesShare(troubledBefore, silentPercent, troubledPercent)
                        ? ReceiverBehaviour.SILENT
                        : ReceiverBehaviour.FAILS;
            }
        }
    }

    /** One group, all of whose webhooks answer. */
    public static Audience of(int fanOut) {
        return new Audience(fanOut, 1, 0, 0);
    }

    private static boolean takesShare(int index, int share, int all) {
        return (index + 1) * share / all > index * share / all;
    }

    public int size() {
        return conducts.length;
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
    public ReceiverBehaviour conductOf(int webhook) {
        return conducts[webhook];
    }

    public int count(ReceiverBehaviour conduct) {
        return (int) Arrays.stream(conducts).filter(conduct::equals).count();
    }

    public boolean hasTrouble() {
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
