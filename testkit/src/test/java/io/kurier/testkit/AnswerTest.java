package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class AnswerTest {
    @Test
    void lengthIsThatOfTheBytesAndNotOfTheText() {
        assertThat(text(Answer.ok().withBody("żółw"))).contains("content-length: 7\r\n");
    }

    @Test
    void aLengthOfTheTestsOwnIsLeftAlone() {
        assertThat(text(Answer.ok().withHeader("Content-Length", "-1")))
                .contains("Content-Length: -1")
                .doesNotContain("content-length: 2");
        assertThat(text(Answer.ok().withHeader("Transfer-Encoding", "chunked"))).doesNotContain("content-length");
        assertThat(text(Answer.status(204))).doesNotContain("content-length");
    }

    @Test
    void unknownStatusesAreWrittenAsTheyAre() {
        assertThat(text(Answer.status(799))).startsWith("HTTP/1.1 799 ");
    }

    @Test
    void changingAnAnswerLeavesTheFormerOneAlone() {
        Answer plain = Answer.ok();
        assertThat(text(plain.withHeader("X-A", "1").closeAfterAnswer())).contains("X-A: 1", "connection: close");
        assertThat(text(plain)).doesNotContain("X-A", "close");
    }

    @Test
    void bytesThatAreGivenTakeNoHeaders() {
        assertThatIllegalStateException().isThrownBy(() -> Answer.raw("x").withHeader("X-A", "1"));
        assertThatIllegalStateException().isThrownBy(() -> Answer.never().withBody("x"));
    }

    private static String text(Answer answer) {
        return new String(answer.bytes(), UTF_8);
    }
}
