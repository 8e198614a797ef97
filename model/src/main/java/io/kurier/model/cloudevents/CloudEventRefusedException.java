package io.kurier.model.cloudevents;

import org.jspecify.annotations.Nullable;

/** An attribute of a CloudEvent is missing or invalid. The caller adds the place: HTTP header, member, record header. */
public final class CloudEventRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String attribute;
    private final @Nullable String value;
    private final String expected;
    private final boolean aboutContentType;

    CloudEventRefusedException(String attribute, @Nullable String value, String expected) {
        this(attribute, value, expected, false);
    }

    private CloudEventRefusedException(
            String attribute, @Nullable String value, String expected, boolean aboutContentType) {
        super(attribute + (value == null ? " is missing" : " is '" + value + "'") + ": " + expected);
        this.attribute = attribute;
        this.value = value;
        this.expected = expected;
        this.aboutContentType = aboutContentType;
    }

    static CloudEventRefusedException contentType(String value) {
        return new CloudEventRefusedException(
                "datacontenttype",
                value,
                "expected application/json or another type that ends in +json, in UTF-8, because Kurier carries JSON only",
                true);
    }

    /** The attribute without the prefix of a protocol binding, such as {@code type}. */
    public String attribute() {
        return attribute;
    }

    /** The value; null when the attribute is missing. */
    public @Nullable String value() {
        return value;
    }

    /** What was expected. */
    public String expected() {
        return expected;
    }

    /** Whether the data has a media type other than JSON, which HTTP reports by status 415. */
    public boolean isAboutContentType() {
        return aboutContentType;
    }
}
