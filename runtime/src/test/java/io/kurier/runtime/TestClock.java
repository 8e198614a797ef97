package io.kurier.runtime;

import io.kurier.runtime.time.ProcessClock;
import io.kurier.testkit.kafka.ManualTime;

/** A process clock that a test moves. The testkit has the same for other modules; it depends on this one. */
public final class TestClock extends ManualTime implements ProcessClock {}
