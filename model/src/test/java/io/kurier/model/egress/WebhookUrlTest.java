package io.kurier.model.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://example.com, true, example.com, 443, /, example.com",
        "HTTPS://EXAMPLE.com:443/A?b=C, true, example.com, 443, /A?b=C, example.com",
        "http://example.com, false, example.com, 80, /, example.com",
        "http://example.com:443/, false, example.com, 443, /, example.com:443",
        "https://example.com:80/, true, example.com, 80, /, example.com:80",
        "https://example.com:65535/x, true, example.com, 65535, /x, example.com:65535",
        "https://example.com:1/x, true, example.com, 1, /x, example.com:1",
        "https://example.com?x=1, true, example.com, 443, /?x=1, example.com",
        "https://example.com/a%20b%2Fc;d=e/../f?x=%41&y, true, example.com, 443, /a%20b%2Fc;d=e/../f?x=%41&y, example.com",
        "https://hooks.a-b.example.co.uk/x, true, hooks.a-b.example.co.uk, 443, /x, hooks.a-b.example.co.uk",
        "https://xn--bcher-kva.example/, true, xn--bcher-kva.example, 443, /, xn--bcher-kva.example",
        "https://localhost:8443/, true, localhost, 8443, /, localhost:8443",
        "https://1.1.1.1/, true, 1.1.1.1, 443, /, 1.1.1.1",
        "https://[2606:4700::1111]:8443/x, true, 2606:4700::1111, 8443, /x, [2606:4700::1111]:8443",
        "https://[2606:4700::ABCD]/, true, 2606:4700::abcd, 443, /, [2606:4700::abcd]",
        "https://[::ffff:1.2.3.4]/, true, ::ffff:1.2.3.4, 443, /, [::ffff:1.2.3.4]",
        "https://example.com//@evil.example/, true, example.com, 443, //@evil.example/, example.com"
    })
    void isTakenApart(String text, boolean secure, String host, int port, String target, String hostHeader) {
        WebhookUrl url = WebhookUrl.parse(text);

        assertThat(url).isEqualTo(new WebhookUrl(secure, host, port, target, text));
        assertThat(url.hostHeader()).isEqualTo(hostHeader);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // schemes
                "",
                "example.com",
                "example.com/hook",
                "//example.com/",
                "/hook",
                "ftp://example.com/",
                "file:///etc/passwd",
                "gopher://example.com/",
                "ws://example.com/",
                "javascript:alert(1)",
                "data:text/plain,x",
                "jar:https://example.com!/",
                "httpss://example.com/",
                " https://example.com/",
                "https ://example.com/",
                "\ufeffhttps://example.com/",
                "view-source:https://example.com/",
                // slashes and empty hosts
                "https:",
                "https:example.com",
                "https:/example.com",
                "https://",
                "https:///",
                "https:///example.com",
                "https://:443/",
                "https://?x",
                "https://#x",
                "https://.",
                "https://./",
                // authority tricks
                "https://user@example.com/",
                "https://user:pass@example.com/",
                "https://@example.com/",
                "https://:@example.com/",
                "https://a@b@example.com/",
                "https://example.com\\@evil.example/",
                "https:\\\\example.com/",
                "https://example.com\\evil.example/",
                "https://example.com#@evil.example/",
                "https://example.com/#fragment",
                "https://example.com/#",
                "https://example.com%2fevil.example/",
                "https://example.com%00.evil.example/",
                "https://example.com%40evil.example/",
                "https://example.com,evil.example/",
                "https://example.com;evil.example/",
                "https://example.com&evil/",
                "https://*.example.com/",
                "https://exa mple.com/",
                "https://example.com /",
                "https://example.com\u0000/",
                "https://example.com\t/",
                "https://example.com/\r\nHost: evil",
                "https://example.com/\n",
                "https://example.com/\u007f",
                "https://example.com/ä",
                // ports
                "https://example.com:/",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com:99999/",
                "https://example.com:4294967739/",
                "https://example.com:-1/",
                "https://example.com:+443/",
                "https://example.com:443:443/",
                "https://example.com:80a/",
                "https://example.com:0x50/",
                "https://example.com: 443/",
                "https://example.com:%34%34%33/",
                // broken escapes
                "https://example.com/%",
                "https://example.com/%zz",
                "https://example.com/a|b",
                "https://example.com/{x}"
            })
    void whatTwoReadersCouldUnderstandDifferentlyIsRefused(String text) {
        assertRefused(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "127.0.1",
                "0",
                "1",
                "2130706433",
                "017700000001",
                "0x7f000001",
                "0X7F000001",
                "0x7f.0.0.1",
                "127.0.0.0x1",
                "0177.0.0.1",
                "127.0.0.01",
                "127.000.000.001",
                "0127.0.0.1",
                "256.1.1.1",
                "1.1.1.256",
                "1.1.1.1.1",
                "1.2.3",
                "127.0.0.1.",
                "1.1.1.",
                ".1.1.1.1",
                "1..1.1",
                "4294967296",
                "99999999999",
                "%31%32%37.0.0.1",
                "127%2e0%2e0%2e1",
                "0x",
                "0x.1",
                "①②⑦.⓪.⓪.①",
                "127。0。0。1",
                "１２７.0.0.1",
                "[::1",
                "::1",
                "[::1]x",
                "[]",
                "[:]",
                "[:::]",
                "[::1::]",
                "[1.2.3.4]",
                "[::1%25lo]",
                "[::1%lo]",
                "[fe80::1%25eth0]",
                "[v1.fe80::a]",
                "[::g]",
                "[12345::]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::ffff:1.2.3.256]",
                "[::1].",
                "[[::1]]",
                "2606:4700::1111"
            })
    void anAddressInDisguiseIsRefused(String host) {
        assertRefused("https://" + host + "/");
        assertRefused("http://" + host + ":8080/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-a.example", "a-.example", "a..example", ".example", "example.com.", "a_b.example", "_dmarc.example",
                "exam\u00adple.com", "ｅxample.com", "bücher.example", "a.-b", "a'b.example", "a!b.example",
                        "a~b.example"
            })
    void whatIsNoDnsNameIsRefused(String host) {
        assertRefused("https://" + host + "/");
    }

    private static void assertRefused(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .as(text)
                .isThrownBy(() -> WebhookUrl.parse(text))
                .satisfies(refused -> assertThat(refused.getMessage()).containsAnyOf("expected", "not a DNS name"));
    }

    @Test
    void lengthsAreBounded() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "b".repeat(61));

        assertThat(WebhookUrl.parse("https://" + longest + "/").host()).hasSize(253);
        assertRefused("https://" + longest + "b/");
        assertRefused("https://" + label + "a.example/");
        assertThat(WebhookUrl.parse("https://example.com/" + "x".repeat(2_028)).text())
                .hasSize(WebhookUrl.MAX_LENGTH);
        assertRefused("https://example.com/" + "x".repeat(2_029));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/t0ken with space",
                "https://example.com/h?k=t0ken|",
                "https://example.com/h?k=t0ken#x",
                "https://example.com:0/h?k=t0ken",
                "https://user:t0ken@example.com/",
                "https://exa_mple.com/?k=t0ken",
                "https://[::1%25lo]/?k=t0ken",
                "ftp://example.com/t0ken"
            })
    void aRefusalNeverRepeatsTheToken(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> WebhookUrl.parse(text))
                .satisfies(refused -> assertThat(stackTrace(refused)).doesNotContain("t0ken"));
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void logsAndAnswersHideWhatMayBeATokenInTheQuery() {
        WebhookUrl url = WebhookUrl.parse("https://example.com:8443/path?a=1&token=t0ken&b=x=y");

        assertThat(url).hasToString("https://example.com:8443");
        assertThat(url.redacted()).isEqualTo("https://example.com:8443/path?a=***&token=***&b=***");
        assertThat(WebhookUrl.parse("https://example.com/path").redacted()).isEqualTo("https://example.com/path");
    }

    @ParameterizedTest
    @CsvSource({
        "/services/T0/B0/abcDEF123ghiJKL456mnoPQR, /services/T0/B0/***",
        "/api/webhooks/123456789012345678/aBcDeFgHiJkLmNoPqRsT-uVw, /api/webhooks/123456789012345678/***",
        "/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/send, /***/send",
        "/3f2504e0-4f89-41d3-9a0c-0305e82c3301, /***",
        "/a/0123456789abcdef, /a/***",
        "/a/0123456789abcde, /a/0123456789abcde",
        "/abcdefghijklmnopqrstuvwxyzabcdef/x/, /***/x/",
        "/hooks/job-completed-notifications-2, /hooks/***",
        "/hooks/completed-jobs-of-acme/v2, /hooks/completed-jobs-of-acme/v2",
        "/a//b, /a//b",
        "/, /",
        "'', ''",
        "?abcDEF123ghiJKL456mnoPQR, ?***",
        "/?flag&abcDEF123ghiJKL456=1&x=/a/b, /?flag&***=***&x=***",
        "/a/abcDEF123ghiJKL456?b=c, /a/***?b=***"
    })
    void whatLooksLikeATokenIsHiddenInThePathToo(String target, String shown) {
        WebhookUrl url = WebhookUrl.parse("https://example.com" + target);
        assertThat(url.redacted()).isEqualTo("https://example.com" + shown);
        assertThat(url.isRedacted()).isFalse();
        assertThat(WebhookUrl.parse(url.redacted()).isRedacted()).isEqualTo(shown.contains("***"));
        assertThat(WebhookUrl.parse(url.redacted()).redacted()).isEqualTo(url.redacted());
    }

    @Test
    void tellsAddressesFromNames() {
        for (String address : List.of("1.1.1.1", "127.0.0.1", "[::1]", "[2606:4700::1111]")) {
            assertThat(WebhookUrl.parse("https://" + address + "/").isAddress()).isTrue();
        }
        for (String name : List.of("example.com", "localhost", "1.1.1.1.example", "a1", "0xg")) {
            assertThat(WebhookUrl.parse("https://" + name + "/").isAddress()).isFalse();
        }
    }
}
