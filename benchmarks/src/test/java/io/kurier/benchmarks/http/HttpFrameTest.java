package io.kurier.benchmarks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpFrameTest {
    private static final String MESSAGE =
            "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\nContent-Length:  4\r\nRetry-After: 7\r\n\r\nbody";

    private final HttpFrame frame = new HttpFrame();

    @Test
    void aWholeMessageIsFoundInPlace() {
        ByteBuf in = bytes("xx" + MESSAGE + "HTTP/1.1 200 OK").skipBytes(2);

        assertThat(frame.find(in)).isTrue();

        assertThat(frame.status(in)).isEqualTo(202);
        assertThat(in.toString(frame.bodyStart(), frame.bodyLength(), StandardCharsets.US_ASCII))
                .isEqualTo("body");
        assertThat(frame.end()).isEqualTo(2 + MESSAGE.length());
    }

    @Test
    void everyProperPrefixOfAMessageIsIncomplete() {
        for (int length = 0; length < MESSAGE.length(); length++) {
            assertThat(frame.find(bytes(MESSAGE.substring(0, length))))
                    .as("first %d bytes", length)
                    .isFalse();
        }
    }

    @Test
    void headerNamesAreCaseInsensitive() {
        ByteBuf in = bytes(MESSAGE);
        frame.find(in);

        assertThat(frame.header(in, "retry-after")).isEqualTo("7");
        assertThat(frame.header(in, "retry")).isNull();
        assertThat(frame.header(in, "body")).isNull();
    }

    @Test
    void onlyPathsOfTheLoadsWebhooksHaveANumber() {
        assertThat(numberIn("POST /hook/0 HTTP/1.1\r\n\r\n")).isZero();
        assertThat(numberIn("POST /hook/1999 HTTP/1.1\r\n\r\n")).isEqualTo(1999);
        assertThat(numberIn("POST /idle/7 HTTP/1.1\r\n\r\n")).isEqualTo(-1);
        assertThat(numberIn("POST / HTTP/1.1\r\n\r\n")).isEqualTo(-1);
    }

    private int numberIn(String request) {
        ByteBuf in = bytes(request);
        assertThat(frame.find(in)).isTrue();
        return frame.webhookNumber(in);
    }

    @Test
    void aChunkedMessageIsRejected() {
        assertThatThrownBy(() -> frame.find(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")))
                .hasMessageContaining("expected Content-Length");
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
