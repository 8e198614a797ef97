package io.kurier.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.http.HttpFrame;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventRequestTest {
    @Test
    void theEventIsJsonOfTheRequestedSizeWithItsSequenceNumber() throws Exception {
        ByteBuf bytes = new EventRequest("127.0.0.1:1", "key", 1024, 1, 1).with(1_234_567);
        HttpFrame frame = new HttpFrame();

        assertThat(frame.find(bytes)).isTrue();
        String body = bytes.toString(frame.bodyStart(), frame.bodyLength(), StandardCharsets.UTF_8);
        JsonNode event = new ObjectMapper().readTree(body);

        assertThat(body).hasSize(1024);
        assertThat(event.path("type").textValue()).isEqualTo(EventRequest.typeOf(0));
        assertThat(EventRequest.sequenceOf(event.path("job_id").textValue())).isEqualTo(1_234_567);
        assertThat(EventRequest.sequenceIn(bytes, frame.bodyStart(), frame.end()))
                .isEqualTo(1_234_567);
        assertThat(frame.header(bytes, "authorization")).isEqualTo("Bearer key");
    }

    @Test
    void theNextSequenceNumberReplacesTheLast() {
        EventRequest request = new EventRequest("127.0.0.1:1", null, 128, 1, 1);

        request.with(999_999_999_999L).release();
        ByteBuf bytes = request.with(7);

        assertThat(EventRequest.sequenceIn(bytes, bytes.readerIndex(), bytes.writerIndex()))
                .isEqualTo(7);
    }

    @Test
    void theSequenceNumberDecidesTheGroupInTheEventType() throws Exception {
        EventRequest request = new EventRequest("127.0.0.1:1", null, 128, 20, 1);

        assertThat(typeIn(request.with(19))).isEqualTo(EventRequest.typeOf(19)).isEqualTo("job.completed.0019");
        assertThat(typeIn(request.with(41))).isEqualTo(EventRequest.typeOf(1));
    }

    private static String typeIn(ByteBuf bytes) throws Exception {
        HttpFrame frame = new HttpFrame();
        frame.find(bytes);
        String body = bytes.toString(frame.bodyStart(), frame.bodyLength(), StandardCharsets.UTF_8);
        return new ObjectMapper().readTree(body).path("type").textValue();
    }

    @Test
    void jobsOfOtherPublishersHaveNoSequenceNumber() {
        assertThat(EventRequest.sequenceOf("job-000000000001")).isEqualTo(-1);
        assertThat(EventRequest.sequenceOf("bench-1")).isEqualTo(-1);
        assertThat(EventRequest.sequenceOf("bench-00000000000x")).isEqualTo(-1);
    }

    @Test
    void eachEventOfABatchHasASequenceNumberOfItsOwn() throws Exception {
        EventRequest request = new EventRequest("127.0.0.1:1", new LoadSettings(1, 200, null, 3), 1, 1);
        request.with(5);

        String text = request.with(7).toString(StandardCharsets.US_ASCII);

        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertThat(text).contains("content-length: " + body.length() + "\r\n");
        JsonNode events = new ObjectMapper().readTree(body);
        assertThat(events).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(EventRequest.sequenceOf(events.path(i).path("job_id").asText()))
                    .isEqualTo(21 + i);
        }
        request.release();
    }
}
