package io.kurier.model.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serial;

/**
 * The text is not the JSON that was asked for. The message says what is wrong, where, and what was expected, and may be
 * shown to the publisher.
 */
public final class JsonRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public JsonRefusedException(String message) {
        super(message);
    }

    private JsonRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a strict parser threw, as a refusal. */
    public static JsonRefusedException of(JsonProcessingException e) {
        // a limit of the parser's own has no place
        String place = e.getLocation() == null ? "" : " at " + place(e.getLocation());
        return new JsonRefusedException("Invalid JSON" + place + ": " + withoutJackson(e.getOriginalMessage()), e);
    }

    /** Leaves out what is said to whoever configures the parser, not to whoever wrote the text. */
    private static String withoutJackson(String message) {
        int advice = message.indexOf(": enable `JsonReadFeature.");
        return (advice < 0 ? message : message.substring(0, advice))
                .replace("Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); ", "");
    }

    static JsonRefusedException at(JsonParser parser, String problem, String expected) {
        return new JsonRefusedException(
                "Refused at " + place(parser.currentTokenLocation()) + ": " + problem + "; expected " + expected);
    }

    private static String place(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
