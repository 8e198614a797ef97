/**
 * How records become bytes on topics: Avro single-object encoding (C3 01, fingerprint, body), as the Avro specification
 * gives it. Every class here is safe for any thread.
 */
@NullMarked
package io.kurier.schemas.wire;

import org.jspecify.annotations.NullMarked;
