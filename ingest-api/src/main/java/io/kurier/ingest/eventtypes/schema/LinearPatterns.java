package io.kurier.ingest.eventtypes.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/**
 * Regular expressions whose matching time is linear in the length of the text, by RE2/J: the JDK's would backtrack for hours
 * on a hostile pattern. Look-around and back references are not supported. Any thread.
 */
final class LinearPatterns implements RegularExpressionFactory {
    private static final int MAX_LENGTH = 1_000;

    @Override
    public RegularExpression getRegularExpression(String pattern) {
        Pattern compiled = compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    /** @throws PatternSyntaxException if RE2 does not support the pattern, or it is too long */
    static Pattern compile(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            throw new PatternSyntaxException("it has more than " + MAX_LENGTH + " characters");
        }
        return Pattern.compile(translated(pattern));
    }

    /** ECMAScript writes a character by its code as \\uXXXX, RE2 as \\x{XXXX}. */
    private static String translated(String pattern) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            boolean escapes = c == '\\' && at + 1 < pattern.length();
            if (escapes && pattern.charAt(at + 1) == 'u' && at + 6 <= pattern.length()) {
                text.append("\\x{").append(pattern, at + 2, at + 6).append('}');
                at += 6;
            } else {
                text.append(c);
                if (escapes) {
                    text.append(pattern.charAt(at + 1));
                }
                at += escapes ? 2 : 1;
            }
        }
        return text.toString();
    }
}
