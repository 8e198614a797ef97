/** Settings of the HTTP API: names, types, defaults and bounds. Holds no state; any thread. */
@NullMarked
package io.kurier.ingest.config;

import org.jspecify.annotations.NullMarked;
