/** Settings: environment variables KURIER_… over the same keys in a properties file, declared once each. */
@NullMarked
package io.kurier.runtime.config;

import org.jspecify.annotations.NullMarked;
