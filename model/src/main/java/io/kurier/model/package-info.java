/**
 * Pure values and decisions: what matches, when to retry, how a delivery is shaped and signed, which addresses may be
 * reached. Nothing in this module reads a clock, a socket or a topic. Any thread.
 */
@NullMarked
package io.kurier.model;

import org.jspecify.annotations.NullMarked;
