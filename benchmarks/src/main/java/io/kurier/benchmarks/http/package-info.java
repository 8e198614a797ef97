/** Just enough HTTP/1.1 for loopback peers, without an object per message. Event loops only. */
@NullMarked
package io.kurier.benchmarks.http;

import org.jspecify.annotations.NullMarked;
