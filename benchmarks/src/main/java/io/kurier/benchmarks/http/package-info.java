/** A minimal HTTP/1.1 for loopback peers that allocates no object per message. Event loops only. */
@NullMarked
package io.kurier.benchmarks.http;

import org.jspecify.annotations.NullMarked;
