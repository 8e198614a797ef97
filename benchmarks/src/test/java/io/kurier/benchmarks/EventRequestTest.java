package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventRequestTest {
    @Test
    void theEventIsJsonOfTheWantedSizeWithItsNumber() throws Exception {
        ByteBuf bytes = new EventRequest("127.0.0.1:1", "key", 1024, 1).with(1_234_567);
        HttpFrame frame = new HttpFrame();

        assertThat(frame.find(bytes)).isTrue();
        String body = bytes.toString(frame.bodyStart(), frame.bodyLength(), StandardCharsets.UTF_8);
        JsonNode event = new ObjectMapper().readTree(body);

        assertThat(body).hasSize(1024);
        assertThat(event.path("type").textValue()).isEqualTo("job.completed");
        assertThat(EventRequest.sequenceOf(event.path("job_id").textValue())).isEqualTo(1_234_567);
        assertThat(EventRequest.sequenceIn(bytes, frame.bodyStart(), frame.end()))
                .isEqualTo(1_234_567);
        assertThat(frame.header(bytes, "authorization")).isEqualTo("Bearer key");
    }

    @Test
    void theNextNumberReplacesTheLast() {
        EventRequest request = new EventRequest("127.0.0.1:1", null, 128, 1);

        request.with(999_999_999_999L).release();
        ByteBuf bytes = request.with(7);

        assertThat(EventRequest.sequenceIn(bytes, bytes.readerIndex(), bytes.writerIndex()))
                .isEqualTo(7);
    }

    @Test
    void foreignJobsHaveNoNumber() {
        assertThat(EventRequest.sequenceOf("job-000000000001")).isEqualTo(-1);
        assertThat(EventRequest.sequenceOf("bench-1")).isEqualTo(-1);
        assertThat(EventRequest.sequenceOf("bench-00000000000x")).isEqualTo(-1);
    }
}
