package io.kurier.model.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serial;

/**
 * The text is not valid JSON, or exceeds a limit. The message tells the place, the error and what was expected; the
 * publisher may see it.
 */
public final class JsonRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param message place, error and what was expected */
    public JsonRefusedException(String message) {
        super(message);
    }

    private JsonRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Translates what a strict parser threw. */
    public static JsonRefusedException of(JsonProcessingException e) {
        // Jackson gives no location for its own limits
        String place = e.getLocation() == null ? "" : " at " + place(e.getLocation());
        return new JsonRefusedException("Invalid JSON" + place + ": " + withoutJackson(e.getOriginalMessage()), e);
    }

    /** Removes hints that are meant for the programmer and not for the publisher. */
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
