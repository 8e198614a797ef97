package io.kurier.model.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Certificates and keys as text (RFC 7468). Text outside the blocks is ignored. Any thread. */
final class Pem {
    /** A chain of ten takes about 20 KiB. */
    static final int MAX_CHARACTERS = 64 * 1024;

    static final String CERTIFICATE = "CERTIFICATE";

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    /** Those that a complaint may name; any other label might be part of a secret. */
    private static final Set<String> KNOWN = Set.of(
            CERTIFICATE,
            "CERTIFICATE REQUEST",
            "PUBLIC KEY",
            "PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY");

    /** Keeps an array out of a record's equality. */
    static final class Block {
        private final String label;
        private final byte[] bytes;

        private Block(String label, byte[] bytes) {
            this.label = label;
            this.bytes = bytes;
        }

        boolean is(String wanted) {
            return label.equals(wanted);
        }

        byte[] bytes() {
            return bytes;
        }

        /** The label, if it may be shown. */
        String kind() {
            return KNOWN.contains(label) ? label : "another kind of block";
        }
    }

    private Pem() {}

    /** @throws IllegalArgumentException that does not repeat the text */
    static List<Block> blocks(String text, String wanted) {
        String expected = "expected PEM, " + BEGIN + wanted + DASHES + " to -----END " + wanted + DASHES;
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_CHARACTERS + " characters, found " + text.length());
        }
        List<Block> blocks = new ArrayList<>();
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, begin)) {
            int label = begin + BEGIN.length();
            int labelEnd = text.indexOf(DASHES, label);
            String name = labelEnd < 0 ? "" : text.substring(label, labelEnd);
            String end = "-----END " + name + DASHES;
            int stop = labelEnd < 0 ? -1 : text.indexOf(end, labelEnd + DASHES.length());
            if (stop < 0) {
                throw new IllegalArgumentException(expected + ", found no end of block " + (blocks.size() + 1));
            }
            blocks.add(new Block(name, decoded(text.substring(labelEnd + DASHES.length(), stop), expected)));
            begin = stop + end.length();
        }
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException(expected + ", found no block");
        }
        return blocks;
    }

    private static byte[] decoded(String base64, String expected) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("[ \t\r\n]", ""));
        } catch (IllegalArgumentException e) {
            // without its cause, whose message repeats a character
            throw new IllegalArgumentException(expected + ", found no base64 in it");
        }
    }

    /** @throws IllegalArgumentException that says which one is wrong */
    static List<X509Certificate> certificates(String text, int most) {
        List<Block> blocks = blocks(text, CERTIFICATE);
        if (blocks.size() > most) {
            throw new IllegalArgumentException("expected at most " + most + " certificates, found " + blocks.size());
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            String which = "number " + (certificates.size() + 1);
            if (!block.is(CERTIFICATE)) {
                throw new IllegalArgumentException("expected nothing but certificates, " + which + " is "
                        + (KNOWN.contains(block.label) ? "a " : "") + block.kind());
            }
            certificates.add(certificate(block, which));
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(Block block, String which) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.bytes));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("expected X.509 certificates, " + which + " cannot be read");
        }
    }

    /** The same text for the same certificates, however they were written. */
    static String of(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> of(CERTIFICATE, bytes(certificate)))
                .collect(Collectors.joining());
    }

    /** The same, if it can be read again: written one way it may be longer than it came. */
    static String kept(List<X509Certificate> certificates) {
        String text = of(certificates);
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_CHARACTERS + " characters in lines of 64, found " + text.length());
        }
        return text;
    }

    static byte[] bytes(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    static String of(String label, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return BEGIN + label + DASHES + "\n" + base64 + "\n-----END " + label + DASHES + "\n";
    }
}
