package io.kurier.schemas.wire;

/** Headers of the records of event topics. */
public final class EventHeaders {
    /** Names the tenant of a record: of JSON and CloudEvents for whoever reads them, of any other when nobody could. */
    public static final String TENANT = "kurier-tenant";

    public static final String CONTENT_TYPE = "content-type";
    /** What the names of a CloudEvent's attributes begin with. */
    public static final String ATTRIBUTE = "ce_";

    /** Tells that the attributes of a CloudEvent are headers. */
    public static final String VERSION = ATTRIBUTE + "specversion";

    /** What the {@link #CONTENT_TYPE} of a CloudEvent that is the whole value begins with. */
    public static final String STRUCTURED_TYPE = "application/cloudevents";

    private EventHeaders() {}
}
