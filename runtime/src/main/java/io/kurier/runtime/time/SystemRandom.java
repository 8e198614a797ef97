package io.kurier.runtime.time;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The chance of a process, without a lock between threads; not for secrets. Any thread. */
public final class SystemRandom implements RandomGenerator {
    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }
}
