/**
 * Pure values and decisions: what matches, when to try again, how a delivery is shaped and signed, which addresses may
 * be reached. Nothing here reads a clock, a socket or a topic; everything is a value in, a value out.
 */
@NullMarked
package io.kurier.model;

import org.jspecify.annotations.NullMarked;
