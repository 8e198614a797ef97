package io.kurier.schemas.wire;

/** Headers of the records of event topics. */
public final class EventHeaders {
    /** Header with the tenant: used for JSON and CloudEvents; for other formats only if the record is unreadable. */
    public static final String TENANT = "kurier-tenant";

    public static final String CONTENT_TYPE = "content-type";
    /** Prefix of the headers that hold a CloudEvent's attributes. */
    public static final String ATTRIBUTE = "ce_";

    /** Its presence means that the attributes of a CloudEvent are headers. */
    public static final String VERSION = ATTRIBUTE + "specversion";

    /** Prefix of the {@link #CONTENT_TYPE} if the value is the whole CloudEvent. */
    public static final String STRUCTURED_TYPE = "application/cloudevents";

    private EventHeaders() {}
}
