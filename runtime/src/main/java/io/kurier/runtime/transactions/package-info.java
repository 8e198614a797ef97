/** Records and offsets that go out together or not at all, and what to do when nobody knows whether they did. */
@NullMarked
package io.kurier.runtime.transactions;

import org.jspecify.annotations.NullMarked;
