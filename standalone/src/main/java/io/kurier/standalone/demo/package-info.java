/**
 * {@code ./kurier demo}: every part of Kurier in this process, two receivers of its own, and real job events.
 *
 * <p>In the data's order: {@link io.kurier.standalone.demo.Scenario} runs the steps over the public HTTP API; {@link
 * io.kurier.standalone.demo.Observations} collects what publisher, receivers and the topic {@code attempts} report;
 * {@link io.kurier.standalone.demo.LiveView} shows it as it happens; {@link io.kurier.standalone.demo.Summary} adds
 * it up.
 *
 * <p>Threads: the scenario runs on the main thread, each receiver has up to eight, one reads the topic, one redraws
 * the status line, one watches the time limit.
 */
@NullMarked
package io.kurier.standalone.demo;

import org.jspecify.annotations.NullMarked;
