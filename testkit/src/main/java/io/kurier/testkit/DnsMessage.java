package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** A query with one question, and the packet that answers it (RFC 1035, 4.1). No compression, no EDNS. */
record DnsMessage(short id, String name, int typeCode) {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int INTERNET = 1;
    private static final int HEADER = 12;
    /** QR, AA, RD, RA. */
    private static final int ANSWER = 0x8580;

    private static final int MAX_PACKET = 65_507;

    static DnsMessage read(ByteBuffer query) {
        short id = query.getShort(0);
        query.position(HEADER);
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, US_ASCII));
        }
        return new DnsMessage(id, name.toString(), query.getShort());
    }

    String type() {
        return typeCode == A ? "A" : typeCode == AAAA ? "AAAA" : String.valueOf(typeCode);
    }

    /** The packet of the answer; empty if the server must stay silent. */
    byte[] reply(DnsAnswer answer) {
        if (answer.kind() == DnsAnswer.Kind.SILENCE) {
            return new byte[0];
        }
        int length = typeCode == A ? 4 : 16;
        List<byte[]> addresses = answer.addresses().stream()
                .map(InetAddress::getAddress)
                .filter(address -> address.length == length)
                .toList();
        ByteBuffer packet = ByteBuffer.allocate(MAX_PACKET);
        packet.putShort(id).putShort((short) (ANSWER | code(answer.kind())));
        packet.putShort((short) 1).putShort((short) (answer.aliases().size() + addresses.size()));
        packet.putInt(0);
        name(packet, name);
        packet.putShort((short) typeCode).putShort((short) INTERNET);
        String owner = name;
        for (String alias : answer.aliases()) {
            ByteBuffer target = ByteBuffer.allocate(256);
            name(target, alias);
            record(packet, owner, CNAME, answer.ttlSeconds(), target.flip());
            owner = alias;
        }
        for (byte[] address : addresses) {
            record(packet, owner, typeCode, answer.ttlSeconds(), ByteBuffer.wrap(address));
        }
        byte[] bytes = new byte[packet.flip().remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static int code(DnsAnswer.Kind kind) {
        return switch (kind) {
            case NO_SUCH_NAME -> 3;
            case FAILURE -> 2;
            default -> 0;
        };
    }

    private static void name(ByteBuffer packet, String name) {
        for (String label : name.split("\\.")) {
            packet.put((byte) label.length()).put(label.getBytes(US_ASCII));
        }
        packet.put((byte) 0);
    }

    private static void record(ByteBuffer packet, String owner, int type, int ttlSeconds, ByteBuffer data) {
        name(packet, owner);
        packet.putShort((short) type).putShort((short) INTERNET).putInt(ttlSeconds);
        packet.putShort((short) data.remaining()).put(data);
    }
}
