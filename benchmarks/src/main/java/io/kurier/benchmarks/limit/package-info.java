/**
 * The bare limits: a minimal webhook sender and a minimal HTTP server, each a process of its own with as many event
 * loops as the machine has processors.
 */
@NullMarked
package io.kurier.benchmarks.limit;

import org.jspecify.annotations.NullMarked;
