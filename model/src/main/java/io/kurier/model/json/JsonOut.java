package io.kurier.model.json;

import java.util.Arrays;

/** A growing buffer of UTF-8 bytes into which JSON is written. Belongs to one thread at a time. */
public final class JsonOut {
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    /** An empty buffer of the usual size. */
    public JsonOut() {
        this(256);
    }

    /** @param capacity bytes to allocate at first */
    public JsonOut(int capacity) {
        bytes = new byte[capacity];
    }

    /** Appends one byte. */
    public void write(byte b) {
        reserve(1);
        bytes[size++] = b;
    }

    /** Appends bytes. */
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    /** Appends {@code length} bytes of the source, from {@code from} on. */
    public void write(byte[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    /** A copy of the written bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    void write(char ascii) {
        write((byte) ascii);
    }

    void writeAscii(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[size++] = (byte) ascii.charAt(i);
        }
    }

    void writeAscii(char[] ascii, int from, int to) {
        reserve(to - from);
        for (int i = from; i < to; i++) {
            bytes[size++] = (byte) ascii[i];
        }
    }

    /** Makes room for {@code length} bytes and returns the array to put them into, from {@link #size()} on. */
    byte[] reserve(int length) {
        if (length > bytes.length - size) {
            grow(length);
        }
        return bytes;
    }

    /** Says that the bytes up to {@code newSize} are written, or takes back those after it. */
    void setSize(int newSize) {
        size = newSize;
    }

    /** The last byte written; there must be one. */
    byte last() {
        return bytes[size - 1];
    }

    byte[] copyFrom(int start) {
        return Arrays.copyOfRange(bytes, start, size);
    }

    private void grow(int length) {
        long needed = (long) size + length;
        if (needed > MAX_SIZE) {
            throw new IllegalStateException("JSON output of " + needed + " bytes; expected at most " + MAX_SIZE);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_SIZE, Math.max(needed, 2L * bytes.length)));
    }
}
