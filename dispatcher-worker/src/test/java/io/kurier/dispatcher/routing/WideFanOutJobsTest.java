package io.kurier.dispatcher.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.Samples;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WideFanOutJobsTest {
    private final WideFanOutJobs jobs = new WideFanOutJobs(Duration.ofSeconds(10));

    @Test
    void laterEventsOfAWideEventsJobAreRecognisedForAWhile() {
        jobs.had(Samples.event("job-1", 1), 1_000);

        assertThat(jobs.isFollowedBy(Samples.event("job-1", 2), 10_999)).isTrue();
        assertThat(jobs.isFollowedBy(Samples.event("job-1", 2), 11_000)).isFalse();
        assertThat(jobs.isFollowedBy(Samples.event("job-2", 2), 1_000)).isFalse();
    }

    @Test
    void beyondTheBoundTheOldestJobsAreForgotten() {
        for (int i = 0; i <= 1_000; i++) {
            jobs.had(Samples.event("job-" + i, i), i);
        }

        assertThat(jobs.isFollowedBy(Samples.event("job-0", 0), 1_000)).isFalse();
        assertThat(jobs.isFollowedBy(Samples.event("job-1", 0), 1_000)).isTrue();
    }

    @Test
    void jobsWhoseTimeIsOverAreForgotten() {
        jobs.had(Samples.event("job-1", 1), 0);

        jobs.forgetOld(10_000);

        assertThat(jobs.isFollowedBy(Samples.event("job-1", 2), 5_000)).isFalse();
    }
}
