package io.kurier.schemas.wire;

import io.kurier.schemas.Event;
import org.apache.avro.util.ClassSecurityValidator;

/** Tells Avro to trust the records of this module, since Avro instantiates trusted classes only. Any thread. */
public final class TrustedClasses {
    static {
        // Keeps classes trusted earlier.
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), type -> type.getPackageName()
                        .equals(Event.class.getPackageName())));
    }

    private TrustedClasses() {}

    /** Trusts the classes; further calls have no effect. */
    public static void trustOwn() {
        // Loading this class registers the trust.
    }
}
