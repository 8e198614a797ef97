/** Kurier as many processes on a real broker, killed at every step; the topics and the receivers are the witnesses. */
package io.kurier.systemtests;
