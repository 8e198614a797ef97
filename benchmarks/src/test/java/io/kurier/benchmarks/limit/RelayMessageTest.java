package io.kurier.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.standardwebhooks.Webhook;
import io.kurier.benchmarks.http.HttpFrame;
import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.receiver.SignatureCheck;
import io.kurier.benchmarks.subject.LimitSubject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RelayMessageTest {
    private final RelayMessage message =
            new RelayMessage(UnpooledByteBufAllocator.DEFAULT, LimitSubject.SECRET, Transport.loopback(1), 2, 0);

    @Test
    void theOfficialLibraryAcceptsTheSignature() {
        String body = "{\"data\":\"" + "ä".repeat(4_000) + "\"}";
        ByteBuf in = Unpooled.copiedBuffer("head" + body, StandardCharsets.UTF_8);

        ByteBuf post = message.post(1, in, 4, in.readableBytes() - 4);
        HttpFrame frame = new HttpFrame();
        assertThat(frame.find(post)).isTrue();
        String sent = post.toString(frame.bodyStart(), frame.bodyLength(), StandardCharsets.UTF_8);

        assertThat(sent).isEqualTo(body);
        assertThat(frame.webhookNumber(post)).isEqualTo(1);
        assertThatCode(() -> new Webhook(LimitSubject.SECRET).verify(sent, headers(post, frame)))
                .doesNotThrowAnyException();
    }

    @Test
    void theSignatureCheckAcceptsTheSecretAndRejectsAnother() {
        ByteBuf post = message.post(0, Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8), 0, 2);
        HttpFrame frame = new HttpFrame();
        frame.find(post);
        SignatureCheck right = new SignatureCheck(LimitSubject.SECRET);
        SignatureCheck wrong = new SignatureCheck("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        right.check(post, frame);
        wrong.check(post, frame);

        assertThat(right.bad()).isZero();
        assertThat(wrong.bad()).isEqualTo(1);
    }

    private static HttpHeaders headers(ByteBuf post, HttpFrame frame) {
        Map<String, List<String>> headers = Map.of(
                "webhook-id", List.of(header(post, frame, "webhook-id")),
                "webhook-timestamp", List.of(header(post, frame, "webhook-timestamp")),
                "webhook-signature", List.of(header(post, frame, "webhook-signature")));
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    private static String header(ByteBuf post, HttpFrame frame, String name) {
        return Objects.requireNonNull(frame.header(post, name), name);
    }
}
