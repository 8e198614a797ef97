/**
 * What owners of webhooks write to say which events they want, and what is sent of them: compiled and checked by the API,
 * evaluated by workers.
 * Reads and writes nothing, and has no threads. Of the libraries below nothing shows.
 */
@NullMarked
package io.kurier.expressions;

import org.jspecify.annotations.NullMarked;
