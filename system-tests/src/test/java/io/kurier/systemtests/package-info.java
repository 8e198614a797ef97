/**
 * Kurier as many processes on a real broker, killed at every step. The tests judge by the topics and by what the
 * receivers got. Each child is a JVM; one thread per child reads its output.
 */
package io.kurier.systemtests;
