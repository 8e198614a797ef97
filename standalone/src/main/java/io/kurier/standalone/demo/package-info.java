/**
 * {@code ./kurier demo}: a whole Kurier in this process, two receivers of its own, real job events. {@link
 * io.kurier.standalone.demo.Scenario} is the play, over the public HTTP API as any user's; {@link
 * io.kurier.standalone.demo.Evidence} gathers what publisher, receivers and the topic {@code attempts} say; {@link
 * io.kurier.standalone.demo.LiveView} shows it while it happens; {@link io.kurier.standalone.demo.Summary} adds it up.
 * Threads: the play runs on the main thread, each receiver has a few, one reads the topic, one redraws the status line.
 */
@NullMarked
package io.kurier.standalone.demo;

import org.jspecify.annotations.NullMarked;
