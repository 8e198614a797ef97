package io.kurier.model.json;

/** ECMAScript's array index (ECMA-262, 6.1.7): the canonical text of a whole number from 0 to 2^32 - 2. */
final class ArrayIndex {
    private static final long MAX = 4_294_967_294L;
    private static final int MAX_DIGITS = 10;

    private ArrayIndex() {}

    static boolean isOne(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_DIGITS || (name.charAt(0) == '0' && length > 1)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return length < MAX_DIGITS || Long.parseLong(name) <= MAX;
    }
}
