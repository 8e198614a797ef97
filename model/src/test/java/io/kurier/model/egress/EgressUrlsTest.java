package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every disguise of an address we know of, against the guard as it comes: {@code egress/urls.txt} says what must be. */
class EgressUrlsTest {
    private static final int FEWEST = 320;
    private static final byte[] PUBLIC = {1, 1, 1, 1};
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:u([0-9a-f]{4})|\\\\)");
    /** http is open, so that only the address can be what is refused. */
    private static final EgressPolicy RULES = new EgressPolicy(false, true, List.of());

    private record Line(String verdict, String family, String url, String address) {
        static Line of(String text) {
            String[] columns = text.split("\t", -1);
            assertThat(columns.length).as(text).isBetween(3, 4);
            return new Line(columns[0], columns[1], unescaped(columns[2]), columns.length == 4 ? columns[3] : "");
        }

        private static String unescaped(String text) {
            return ESCAPED.matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            found.group(1) == null
                                    ? "\\"
                                    : Character.toString((char) Integer.parseInt(found.group(1), 16))));
        }

        byte[] resolved() {
            return IpLiteral.parse(address).orElseThrow();
        }
    }

    private static List<Line> lines() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(EgressUrlsTest.class.getResourceAsStream("/egress/urls.txt"), "urls.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Line::of)
                    .toList();
        }
    }

    private static List<Line> lines(String verdict) throws IOException {
        return lines().stream().filter(line -> line.verdict.equals(verdict)).toList();
    }

    static List<Line> malformed() throws IOException {
        return lines("malformed");
    }

    static List<Line> inside() throws IOException {
        return lines("inside");
    }

    static List<Line> atConnect() throws IOException {
        return lines("at-connect");
    }

    static List<Line> pass() throws IOException {
        return lines("pass");
    }

    @Test
    void noInputIsMissingOrGivenTwice() throws IOException {
        List<Line> lines = lines();

        assertThat(lines).hasSizeGreaterThanOrEqualTo(FEWEST);
        assertThat(lines.stream().map(Line::url)).doesNotHaveDuplicates();
        assertThat(lines.stream().map(Line::verdict).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("malformed", "inside", "at-connect", "pass");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatReadersWouldDifferOverIsNoWebhookUrl(Line line) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .as("%s", line)
                .isThrownBy(() -> WebhookUrl.parse(line.url))
                .satisfies(refused -> assertThat(refused.getMessage()).containsAnyOf("expected", "not a DNS name"));
    }

    @ParameterizedTest
    @MethodSource("inside")
    void whatIsInsideIsRefusedAtRegistrationAndTheSettingNamed(Line line) {
        WebhookUrl url = WebhookUrl.parse(line.url);

        assertThat(RULES.refusal(url)).hasValueSatisfying(why -> assertThat(why)
                .contains("KURIER_ALLOW_PRIVATE_NETWORKS")
                .contains("KURIER_ALLOWED_NETWORKS"));
        url.address().ifPresent(bytes -> assertThat(RULES.refusal(url, bytes)).isPresent());
        assertThat(new EgressPolicy(true, false, List.of()).refusal(url)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("atConnect")
    void aNameThatLeadsInsideIsRefusedByTheAddressItResolvesTo(Line line) {
        WebhookUrl url = WebhookUrl.parse(line.url);

        assertThat(RULES.refusal(url)).as("registration").isEmpty();
        assertThat(RULES.refusal(url, PUBLIC)).as("elsewhere").isEmpty();
        assertThat(RULES.refusal(url, line.resolved()))
                .hasValueSatisfying(why -> assertThat(why).contains("not public"));
    }

    @ParameterizedTest
    @MethodSource("pass")
    void whatIsPublicPasses(Line line) {
        WebhookUrl url = WebhookUrl.parse(line.url);

        assertThat(RULES.refusal(url)).isEmpty();
        assertThat(RULES.refusal(url, url.address().orElse(PUBLIC))).isEmpty();
    }
}
