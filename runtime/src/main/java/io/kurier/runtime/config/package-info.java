/**
 * Settings: environment variables {@code KURIER_…}, which win over the same keys in a properties file. Each is declared
 * once, with default, bounds and text. Reads and writes no topic; immutable once parsed.
 */
@NullMarked
package io.kurier.runtime.config;

import org.jspecify.annotations.NullMarked;
