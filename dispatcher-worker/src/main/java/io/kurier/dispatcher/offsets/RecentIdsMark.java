package io.kurier.dispatcher.offsets;

/**
 * The end of a commit's metadata, behind the {@link OffsetMetadata}: how many offsets below the committed one the next owner
 * has to read to remember the same event ids. Without a mark it reads nothing, so that a takeover costs nothing where
 * publishers give no ids. Its string form is {@code ~} and a number in base 36. Pure.
 */
public final class RecentIdsMark {
    private static final char BEGIN = '~';
    /** The most characters of a mark; {@link OffsetMetadata#MAX_BYTES} leaves room for it. */
    public static final int MAX_LENGTH = 9;

    private RecentIdsMark() {}

    /**
     * @param base the committed offset
     * @param lowest the lowest offset of an event whose id is remembered
     * @return empty if no id below the base is remembered, or if the distance does not fit
     */
    public static String of(long base, long lowest) {
        String back = lowest < base ? BEGIN + Long.toString(base - lowest, Character.MAX_RADIX) : "";
        return back.length() <= MAX_LENGTH ? back : "";
    }

    /** The metadata without its mark: a string for {@link OffsetMetadata#decode}. */
    public static String withoutMark(String text) {
        int mark = text.indexOf(BEGIN);
        return mark < 0 ? text : text.substring(0, mark);
    }

    /**
     * The offset from which on event ids have to be remembered.
     *
     * @param text the metadata with its mark
     * @param base the committed offset
     * @return the base if there is no mark, or none that can be read
     */
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
