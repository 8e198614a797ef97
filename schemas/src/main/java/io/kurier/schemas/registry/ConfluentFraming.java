package io.kurier.schemas.registry;

import java.nio.ByteBuffer;

/** Confluent's wire format: a zero byte, the schema's id in four bytes, most significant first, then the body. Any thread. */
public final class ConfluentFraming {
    /** Bytes before the body. */
    public static final int HEAD = 5;

    private static final byte MAGIC = 0;

    private ConfluentFraming() {}

    /** Whether the bytes begin as this format does. */
    public static boolean isOn(byte[] bytes) {
        return bytes.length >= HEAD && bytes[0] == MAGIC;
    }

    /** The schema's id in bytes that {@link #isOn} says yes to. */
    public static int id(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    static byte[] head(int id) {
        return ByteBuffer.allocate(HEAD).put(MAGIC).putInt(id).array();
    }
}
