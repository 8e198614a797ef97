/** The one list of the topics Kurier reads and writes, with the settings its promises need. */
@NullMarked
package io.kurier.schemas.topics;

import org.jspecify.annotations.NullMarked;
