/**
 * Encryption of secrets in topics and keyed hashes of API keys. Keeps promise 8 (secrets stay secret). Any thread.
 */
@NullMarked
package io.kurier.model.secret;

import org.jspecify.annotations.NullMarked;
