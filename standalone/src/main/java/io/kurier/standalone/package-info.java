/**
 * Every part in one JVM with an embedded broker, durable in a data folder: the same parts, runtime and topics as in
 * separate processes. Also the demo, and the settings of all parts for the configuration page.
 */
@NullMarked
package io.kurier.standalone;

import org.jspecify.annotations.NullMarked;
