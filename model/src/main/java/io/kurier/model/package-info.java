/**
 * Pure values and decisions. This package holds what all others use: ids, durations, and the rules of an event. Nothing in
 * the module reads a clock, a socket or a topic. Any thread.
 */
@NullMarked
package io.kurier.model;

import org.jspecify.annotations.NullMarked;
