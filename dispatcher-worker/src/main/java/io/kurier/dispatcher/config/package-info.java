/** Settings of the dispatcher worker: names, types, defaults and bounds. Holds no state; any thread. */
@NullMarked
package io.kurier.dispatcher.config;

import org.jspecify.annotations.NullMarked;
