package io.kurier.model.cloudevents;

import io.kurier.model.EventRules;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What Kurier takes from the attributes of a CloudEvent 1.0 (section "Context Attributes" of its specification). Other
 * attributes are not kept. Source and id together name the event: who has both again is the same event.
 *
 * @param time as it was given, an RFC 3339 time; null when there is none
 * @param jobId the extension {@code jobid}; null when there is none
 * @param subject stands for the job when nothing else names one; null when there is none
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        @Nullable String time,
        @Nullable String subject,
        @Nullable String jobId) {

    /** Those that are looked at. */
    public static final Set<String> ATTRIBUTES =
            Set.of("specversion", "id", "source", "type", "time", "subject", "jobid", "datacontenttype");

    private static final String VERSION = "1.0";
    private static final int MAX_SOURCE = 1_024;

    /**
     * Reads the attributes.
     *
     * @param attributes gives the value of an attribute by its name in lower case; null when it is not there
     * @throws CloudEventRefusedException naming the first attribute that is missing or not usable
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
            String most = longest == Integer.MAX_VALUE ? "a text" : "1 to " + longest + " characters";
            throw new CloudEventRefusedException(name, value, "expected " + most);
        }
        return value;
    }

    /** Whether a media type (RFC 2045, parameters included) is JSON in UTF-8. */
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

    /** The publisher's own id that this event is known by: no two pairs of source and id have the same. */
    public String clientId() {
        return "cloudevent:" + source.length() + ":" + source + ":" + id;
    }
}
