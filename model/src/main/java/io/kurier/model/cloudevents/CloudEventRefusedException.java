package io.kurier.model.cloudevents;

import org.jspecify.annotations.Nullable;

/** An attribute of a CloudEvent is missing or not usable. The caller says where it stood: header, member, record header. */
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
                "expected application/json or another type that ends in +json, in UTF-8: Kurier carries JSON",
                true);
    }

    /** Without a prefix, such as {@code type}. */
    public String attribute() {
        return attribute;
    }

    /** Null when it is missing. */
    public @Nullable String value() {
        return value;
    }

    public String expected() {
        return expected;
    }

    /** Whether data is of a kind Kurier does not carry, which HTTP tells by 415. */
    public boolean isAboutContentType() {
        return aboutContentType;
    }
}
