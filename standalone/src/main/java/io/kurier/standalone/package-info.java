/**
 * Every part in one JVM with an embedded broker, durable in a data folder: the same parts, runtime and topics as in
 * separate processes. Also prints the configuration page from the settings of all parts. Threads: those of the
 * broker, of one runtime and of the parts; the main thread waits for a failure.
 */
@NullMarked
package io.kurier.standalone;

import org.jspecify.annotations.NullMarked;
