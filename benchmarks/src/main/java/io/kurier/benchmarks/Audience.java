package io.kurier.benchmarks;

import java.util.Arrays;

/**
 * The webhooks of the load, by number, and who of them gets an event. They stand in groups of {@code fanOut}; each event
 * goes to all webhooks of one group, the groups in turn. Those that will be in trouble are spread evenly. Immutable.
 */
final class Audience {
    /** One webhook that answers: the plainest load, and all that a bare relay needs to know. */
    static final Audience ONE = of(1);

    private final int fanOut;
    private final int groups;
    private final Conduct[] conducts;

    /**
     * @param fanOut webhooks that get each event
     * @param groups between which the events take turns
     * @param silentPercent of all webhooks, those that will be silent
     * @param failingPercent of all webhooks, those that will fail
     */
    Audience(int fanOut, int groups, int silentPercent, int failingPercent) {
        this.fanOut = fanOut;
        this.groups = groups;
        this.conducts = new Conduct[fanOut * groups];
        int troubledPercent = silentPercent + failingPercent;
        for (int webhook = 0; webhook < conducts.length; webhook++) {
            int troubledBefore = webhook * troubledPercent / 100;
            if ((webhook + 1) * troubledPercent / 100 == troubledBefore) {
                conducts[webhook] = Conduct.ANSWERS;
            } else {
                conducts[webhook] =
                        takesShare(troubledBefore, silentPercent, troubledPercent) ? Conduct.SILENT : Conduct.FAILS;
            }
        }
    }

    /** One group, all of whose webhooks answer. */
    static Audience of(int fanOut) {
        return new Audience(fanOut, 1, 0, 0);
    }

    private static boolean takesShare(int index, int share, int all) {
        return (index + 1) * share / all > index * share / all;
    }

    int size() {
        return conducts.length;
    }

    int fanOut() {
        return fanOut;
    }

    int groups() {
        return groups;
    }

    int groupOf(long sequence) {
        return (int) (sequence % groups);
    }

    /** What a webhook does once the trouble begins; until then all answer. */
    Conduct conductOf(int webhook) {
        return conducts[webhook];
    }

    int count(Conduct conduct) {
        return (int) Arrays.stream(conducts).filter(conduct::equals).count();
    }

    boolean hasTrouble() {
        return count(Conduct.ANSWERS) < size();
    }

    /** Whether the webhook is there and gets the event. */
    boolean gets(long sequence, int webhook) {
        return webhook >= 0 && webhook < size() && webhook / fanOut == groupOf(sequence);
    }

    /** The number of a delivery, unique among all; it belongs to a webhook that {@link #gets} the event. */
    long delivery(long sequence, int webhook) {
        return sequence * fanOut + webhook % fanOut;
    }
}
