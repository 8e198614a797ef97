package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the value of a {@code ce-} header (CloudEvents HTTP protocol binding 1.0, section 3.1.3.2): first the quotes are
 * removed, then percent-encoded bytes are decoded as UTF-8. Any thread.
 */
final class CloudEventHeader {
    private CloudEventHeader() {}

    /**
     * @param name of the header, for the problem
     * @return null if the value is null
     * @throws Problem.RefusedException if the value cannot be decoded
     */
    static @Nullable String decode(String name, @Nullable String value) {
        if (value == null || (value.indexOf('%') < 0 && value.indexOf('"') < 0)) {
            return value;
        }
        try {
            byte[] bytes = percentDecoded(unquoted(value.strip()));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException | NumberFormatException | IndexOutOfBoundsException e) {
            throw Problem.field(name, value, "expected UTF-8 in which % is followed by two hexadecimal digits")
                    .refused();
        }
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < value.length() - 1; i++) {
            boolean isEscape = value.charAt(i) == '\\' && i + 1 < value.length() - 1;
            text.append(value.charAt(isEscape ? ++i : i));
        }
        return text.toString();
    }

    private static byte[] percentDecoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == '%') {
                String digits = text.substring(at + 1, at + 3);
                if (Character.digit(digits.charAt(0), 16) < 0) {
                    throw new NumberFormatException(digits);
                }
                bytes.write(Integer.parseInt(digits, 16));
                at += 3;
            } else {
                int character = text.codePointAt(at);
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(character);
            }
        }
        return bytes.toByteArray();
    }
}
