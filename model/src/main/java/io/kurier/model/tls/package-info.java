/** Client certificates and trusted authorities of a webhook. Pure; any thread. */
@NullMarked
package io.kurier.model.tls;

import org.jspecify.annotations.NullMarked;
