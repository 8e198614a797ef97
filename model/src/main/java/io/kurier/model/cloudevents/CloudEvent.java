package io.kurier.model.cloudevents;

import io.kurier.model.EventRules;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that Kurier uses of a CloudEvent 1.0 (section "Context Attributes" of its specification); others are dropped.
 * Source and id together identify the event: a second event with both is a duplicate.
 *
 * @param id 1 to 256 characters
 * @param source 1 to 1,024 characters
 * @param type a valid event type
 * @param time an RFC 3339 time, unchecked; null when there is none
 * @param subject the job if nothing else names one, unchecked; null when there is none
 * @param jobId the extension attribute {@code jobid}, unchecked; null when there is none
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        @Nullable String time,
        @Nullable String subject,
        @Nullable String jobId) {

    /** Names of the attributes that Kurier uses. */
    public static final Set<String> ATTRIBUTES =
            Set.of("specversion", "id", "source", "type", "time", "subject", "jobid", "datacontenttype");

    private static final String VERSION = "1.0";
    private static final int MAX_SOURCE = 1_024;

    /**
     * Reads and checks the attributes.
     *
     * @param attributes an attribute's value by its lower-case name; null when it is absent
     * @throws CloudEventRefusedException about the first attribute that is missing or invalid
     */
    public static CloudEvent of(Function<String, @Nullable String> attributes) throws CloudEventRefusedException {
        String version = attributes.apply("specversion");
        if (!VERSION.equals(version)) {
            throw new CloudEventRefusedException("specversion", version, "expected " + VERSION);
        }
        String id = required(attributes, "id", EventRules.MAX_NAME_LENGTH);
        String source = required(attributes, "source", MAX_SOURCE);
        String type = required(attributes, "type", Integer.MAX_VALUE);
        if (!EventRules.isType(type)) {
            throw new CloudEventRefusedException("type", type, EventRules.EXPECTED_TYPE);
        }
        String contentType = attributes.apply("datacontenttype");
        if (contentType != null && !isJson(contentType)) {
            throw CloudEventRefusedException.contentType(contentType);
        }
        return new CloudEvent(
                id, source, type, attributes.apply("time"), attributes.apply("subject"), attributes.apply("jobid"));
    }

    private static String required(Function<String, @Nullable String> attributes, String name, int longest)
            throws CloudEventRefusedException {
        String value = attributes.apply(name);
        if (value == null || value.isEmpty() || value.length() > longest) {
            String most = longest == Integer.MAX_VALUE ? "a string" : "1 to " + longest + " characters";
            throw new CloudEventRefusedException(name, value, "expected " + most);
        }
        return value;
    }

    /** Whether a media type (RFC 2045, with its parameters) is JSON in UTF-8 or ASCII. */
    public static boolean isJson(String mediaType) {
        String[] parts = mediaType.toLowerCase(Locale.ROOT).split(";", -1);
        String kind = parts[0].strip();
        int slash = kind.indexOf('/');
        boolean isJson = kind.equals("text/json")
                || kind.equals("application/json")
                || (slash > 0 && slash < kind.length() - "/+json".length() && kind.endsWith("+json"));
        for (int i = 1; i < parts.length && isJson; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                String charset = parameter.substring("charset=".length()).replace("\"", "");
                isJson = charset.equals("utf-8") || charset.equals("us-ascii");
            }
        }
        return isJson;
    }

    /** The publisher's own id of this event, made of source and id; different pairs have different ids. */
    public String clientId() {
        return "cloudevent:" + source.length() + ":" + source + ":" + id;
    }
}
