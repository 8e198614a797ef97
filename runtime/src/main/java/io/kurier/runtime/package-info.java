/** What every process shares: the one runtime object parts are built on, and how a part lives and dies. */
@NullMarked
package io.kurier.runtime;

import org.jspecify.annotations.NullMarked;
