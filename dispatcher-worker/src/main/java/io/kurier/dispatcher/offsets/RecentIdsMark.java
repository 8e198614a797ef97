package io.kurier.dispatcher.offsets;

/**
 * Stands behind the payload in the metadata of a commit when ids are remembered of events below its offset: how far back the
 * next owner has to read to know them too. Without one it reads nothing, so that a takeover costs nothing where no publisher
 * gives ids.
 */
public final class RecentIdsMark {
    private static final char BEGIN = '~';
    /** Characters a mark takes at the most; {@link OffsetMetadata#MAX_BYTES} leaves room for it. */
    public static final int MAX_LENGTH = 9;

    private RecentIdsMark() {}

    /** @param lowest offset of an event whose id is remembered */
    public static String of(long base, long lowest) {
        String back = lowest < base ? BEGIN + Long.toString(base - lowest, Character.MAX_RADIX) : "";
        return back.length() <= MAX_LENGTH ? back : "";
    }

    /** The payload before the mark. */
    public static String payload(String text) {
        int mark = text.indexOf(BEGIN);
        return mark < 0 ? text : text.substring(0, mark);
    }

    /** From which offset on ids are worth remembering; the base when there is no mark, or none that can be read. */
    public static long lowest(String text, long base) {
        int mark = text.indexOf(BEGIN);
        if (mark < 0) {
            return base;
        }
        try {
            long back = Long.parseLong(text.substring(mark + 1), Character.MAX_RADIX);
            return back < 0 || back > base ? base : base - back;
        } catch (NumberFormatException e) {
            return base;
        }
    }
}
