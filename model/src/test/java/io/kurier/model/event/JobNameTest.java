package io.kurier.model.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'job_id':'j'} | j",
                "{'a':1,'task_id':7} | 7",
                "{'task_id':'t','request_id':'r'} | r",
                "{'user_id':'u'} |",
                "{'a':{'job_id':'j'}} |",
                "{'a':'job_id'} |",
                "{'a':'\\\\\"job_id\\\\\":1'} |",
                "{'job_id':null} |",
                "{'job_id':''} |",
                "['job_id'] |",
                "{} |",
                "1 |",
            })
    void jobIsFoundWhereDataNamesIt(String data, String job) {
        assertThat(JobName.in(data.replace('\'', '"').replace("\\\\", "\\").getBytes(UTF_8)))
                .isEqualTo(job);
    }
}
