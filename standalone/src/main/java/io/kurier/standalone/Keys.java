package io.kurier.standalone;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes random keys. */
final class Keys {
    private static final int BYTES = 32;

    private Keys() {}

    /** @return {@code kop_} and 256 random bits in hex */
    static String newOperatorKey() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return "kop_" + HexFormat.of().formatHex(key);
    }
}
