/**
 * Conditions ({@code when}) and transforms of webhooks, evaluated on the event loop within a time budget for each tenant.
 * Memory only. Event loop only, except compilation.
 */
@NullMarked
package io.kurier.dispatcher.expression;

import org.jspecify.annotations.NullMarked;
