package io.kurier.standalone;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes keys that can't be guessed. */
final class Keys {
    private static final int BYTES = 32;

    private Keys() {}

    static String newOperatorKey() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return "kop_" + HexFormat.of().formatHex(key);
    }
}
